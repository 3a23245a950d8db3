import { Button, Code, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactElement, ReactNode } from 'react';
import type { UserVersion } from '../../api/user-query';
import { CopyableId } from '../../components/copyable-id';
import { FieldList } from '../../components/field-list';
import { Card } from '../../components/page';
import { Time } from '../../components/time';
import { useCan } from '../../session/use-session';
import { EditProfile } from './edit-profile';

/** The profile of a user, and a form to change it. */
export const Profile = ({ user }: { readonly user: UserVersion }): ReactElement => {
  const [isEditing, editing] = useDisclosure(false);
  const canWrite = useCan('users:write');
  const fields: [string, ReactNode][] = [
    ['ID', <CopyableId key="id" name="user ID" value={user.id} />],
    [
      'Email address',
      user.email === null ? '–' : `${user.email} (${user.email_verified ? 'verified' : 'not verified'})`,
    ],
    ...(user.pending_email === null
      ? []
      : ([['New email address', `${user.pending_email} (not verified)`]] as [string, ReactNode][])),
    ['Description', user.description ?? '–'],
    ['Current goal', user.current_goal ?? '–'],
    ['Last login', <Time key="login" value={user.last_login_at} />],
    ['Created', <Time key="created" value={user.created_at} />],
    ['Updated', <Time key="updated" value={user.updated_at} />],
    ...(user.status === 'blocked'
      ? ([
          ['Reason for the block', user.blocked_reason ?? '–'],
          [
            'Blocked until',
            user.blocked_until === null ? (
              'an operator unblocks the user'
            ) : (
              <Time key="until" value={user.blocked_until} />
            ),
          ],
        ] as [string, ReactNode][])
      : []),
    ...(user.deleted_at === null
      ? []
      : ([['Deleted', <Time key="deleted" value={user.deleted_at} />]] as [string, ReactNode][])),
  ];
  const hasMetadata = Object.keys(user.metadata).length > 0;
  return (
    <Card
      title="Profile"
      actions={
        canWrite &&
        user.status !== 'deleted' && (
          <Button variant="default" size="compact-sm" onClick={editing.open}>
            Edit profile
          </Button>
        )
      }
    >
      <FieldList fields={fields} />
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          Metadata
        </Text>
        {hasMetadata ? <Code block>{JSON.stringify(user.metadata, null, 2)}</Code> : <Text size="sm">none</Text>}
      </div>
      <EditProfile user={user} isOpen={isEditing} onClose={editing.close} />
    </Card>
  );
};
