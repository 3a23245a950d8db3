import { Button, Group, List, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { toProblem } from '../../api/problem';
import { ConfirmDialog } from '../../components/confirm-dialog';

type User = Schemas['AdminUser'];

const setStatus = async (users: readonly User[], status: 'active' | 'blocked'): Promise<void> => {
  const failed: string[] = [];
  for (const { id, username } of users) {
    try {
      await unwrap(api.PATCH('/api/v1/admin/users/{id}', { params: { path: { id } }, body: { status } }));
    } catch (error) {
      const { message, code, requestId } = toProblem(error);
      failed.push(`${username}: ${message} (${code}${requestId === null ? '' : `, request ID ${requestId}`})`);
    }
  }
  const done = users.length - failed.length;
  const word = status === 'blocked' ? 'blocked' : 'unblocked';
  notifications.show({
    color: failed.length === 0 ? 'teal' : 'red',
    title: `${String(done)} of ${String(users.length)} ${word}`,
    message: failed.length > 0 && (
      <List size="sm" className="break-all">
        {failed.map((text) => (
          <List.Item key={text}>{text}</List.Item>
        ))}
      </List>
    ),
    autoClose: failed.length === 0 ? 4000 : false,
  });
};

/** Options of `BulkActions`. */
interface BulkActionsProps {
  readonly users: readonly User[];
  readonly onDone: () => void;
}

/** Blocks or unblocks the selected users. */
export const BulkActions = ({ users, onDone }: BulkActionsProps): ReactElement => {
  const [isBlocking, blocking] = useDisclosure(false);
  const queries = useQueryClient();
  const names = users.map(({ username }) => username).join(', ');
  const run = async (status: 'active' | 'blocked'): Promise<void> => {
    await setStatus(users, status);
    await queries.invalidateQueries({ queryKey: ['users'] });
    onDone();
  };
  return (
    <Group px="md" pb="sm" gap="sm">
      <Text size="sm">{users.length} selected</Text>
      <Button size="compact-sm" color="red" variant="light" onClick={blocking.open}>
        Block
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => void run('active')}>
        Unblock
      </Button>
      <ConfirmDialog
        isOpen={isBlocking}
        onClose={blocking.close}
        title={users.length === 1 ? `Block ${names}?` : `Block ${String(users.length)} users?`}
        action="Block"
        isDangerous
        onConfirm={() => run('blocked')}
      >
        Their sessions end at once, and they cannot log in until they are unblocked: <strong>{names}</strong>
      </ConfirmDialog>
    </Group>
  );
};
