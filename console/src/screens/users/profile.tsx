import { Code, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { FieldList } from '../../components/field-list';
import { Card } from '../../components/page';
import { Time } from '../../components/time';

/** The profile of a user. */
export const Profile = ({ user }: { readonly user: Schemas['AdminUser'] }): ReactElement => {
  const fields: [string, ReactNode][] = [
    ['ID', <Code key="id">{user.id}</Code>],
    [
      'E-mail address',
      user.email === null ? '–' : `${user.email} (${user.email_verified ? 'verified' : 'not verified'})`,
    ],
    ...(user.pending_email === null
      ? []
      : ([['New e-mail address', `${user.pending_email} (not verified)`]] as [string, ReactNode][])),
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
    <Card title="Profile">
      <FieldList fields={fields} />
      <div>
        <Text size="sm" c="dimmed" mb={4}>
          Metadata
        </Text>
        {hasMetadata ? <Code block>{JSON.stringify(user.metadata, null, 2)}</Code> : <Text size="sm">none</Text>}
      </div>
    </Card>
  );
};
