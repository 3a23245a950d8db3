import { Button, Menu, Modal, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { useIsOwnAccount, usePermissions } from '../../session/use-session';
import { OneTimeCode } from './one-time-code';

type User = Schemas['AdminUser'];
type Action = 'block' | 'unblock' | 'reset' | 'delete' | 'restore' | 'erase';

/** What can be done with an account in its status. Users change their own password with the current one. */
const actionsFor = (user: User, permissions: ReadonlySet<string>, isOwn: boolean): readonly Action[] => {
  const reset: Action[] = isOwn ? [] : ['reset'];
  const writes: Action[] =
    user.status === 'blocked' ? ['unblock', ...reset] : user.status === 'active' ? ['block', ...reset] : [];
  const deletes: Action[] = user.status === 'deleted' ? ['restore', 'erase'] : ['delete', 'erase'];
  return [...(permissions.has('users:write') ? writes : []), ...(permissions.has('users:delete') ? deletes : [])];
};

const labels: Readonly<Record<Action, string>> = {
  block: 'Block',
  unblock: 'Unblock',
  reset: 'Reset password',
  delete: 'Delete',
  restore: 'Restore',
  erase: 'Erase permanently',
};

const questions: Readonly<Record<Action, (username: string) => string>> = {
  block: (username) => `Block ${username}?`,
  unblock: (username) => `Unblock ${username}?`,
  reset: (username) => `Reset the password of ${username}?`,
  delete: (username) => `Delete ${username}?`,
  restore: (username) => `Restore ${username}?`,
  erase: (username) => `Erase ${username} permanently?`,
};

const done: Readonly<Record<Exclude<Action, 'reset'>, string>> = {
  block: 'blocked',
  unblock: 'unblocked',
  delete: 'deleted',
  restore: 'restored',
  erase: 'erased',
};

const dangerous: ReadonlySet<Action> = new Set(['block', 'delete', 'erase']);

const explanations: Readonly<Record<Action, string>> = {
  block: 'All sessions end at once, and the user cannot log in until the block ends.',
  unblock: 'The user can log in again.',
  reset: 'Creates a one-time link to set a new password. The current password works until then.',
  delete: 'All sessions end. The account can be restored during the grace period; then it is erased.',
  restore: 'The account is active again. The user has to log in.',
  erase: 'All personal data is removed. The audit log keeps only the ID. This cannot be undone.',
};

/** The menu of actions of a user. */
export const UserActions = ({ user }: { readonly user: User }): ReactElement | null => {
  const [action, setAction] = useState<Action | null>(null);
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState('');
  const [token, setToken] = useState<Schemas['PasswordResetToken'] | null>(null);
  const permissions = usePermissions() ?? new Set<string>();
  const queries = useQueryClient();
  const [, navigate] = useLocation();
  const isOwn = useIsOwnAccount(user.id);
  const actions = actionsFor(user, permissions, isOwn);
  if (actions.length === 0) return null;
  const params = { path: { id: user.id } };

  const run = async (): Promise<void> => {
    switch (action) {
      case 'block': {
        const body = {
          status: 'blocked' as const,
          ...(reason !== '' && { blocked_reason: reason }),
          ...(until !== '' && { blocked_until: new Date(until).toISOString() }),
        };
        await unwrap(api.PATCH('/api/v1/admin/users/{id}', { params, body }));
        break;
      }
      case 'unblock':
        await unwrap(api.PATCH('/api/v1/admin/users/{id}', { params, body: { status: 'active' } }));
        break;
      case 'reset':
        setToken(await unwrap(api.POST('/api/v1/admin/users/{id}/password-reset', { params })));
        break;
      case 'delete':
        await unwrap(api.DELETE('/api/v1/admin/users/{id}', { params }));
        break;
      case 'restore':
        await unwrap(api.POST('/api/v1/admin/users/{id}/restore', { params }));
        break;
      case 'erase':
        await unwrap(api.POST('/api/v1/admin/users/{id}/erase', { params }));
        navigate('/users');
        break;
      case null:
        return;
    }
    if (action !== 'reset') notifications.show({ color: 'teal', message: `${user.username} was ${done[action]}` });
    if (action !== 'erase') await queries.invalidateQueries({ queryKey: ['users'] });
    else {
      queries.removeQueries({ queryKey: ['users', user.id] });
      await queries.invalidateQueries({ queryKey: ['users', 'list'] });
    }
  };

  return (
    <>
      <Menu position="bottom-end" width={200}>
        <Menu.Target>
          <Button variant="default">Actions</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((each) => (
            <Menu.Item
              key={each}
              {...(dangerous.has(each) && { className: 'danger-item' })}
              onClick={() => {
                setReason('');
                setUntil('');
                setAction(each);
              }}
            >
              {labels[each]}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ConfirmDialog
        isOpen={action !== null}
        onClose={() => {
          setAction(null);
        }}
        title={action === null ? '' : questions[action](user.username)}
        action={action === null ? '' : labels[action]}
        isDangerous={action !== null && dangerous.has(action)}
        {...(action === 'erase' && { typed: user.username })}
        onConfirm={run}
      >
        {action !== null && explanations[action]}
        {action === 'block' && (
          <>
            <Textarea
              label="Reason"
              description="For other operators; the user does not see it."
              mt="md"
              autosize
              minRows={2}
              data-autofocus
              value={reason}
              onChange={(event) => {
                setReason(event.currentTarget.value);
              }}
            />
            <TextInput
              label="Until"
              description="If empty, the block has no end."
              type="datetime-local"
              mt="md"
              value={until}
              onChange={(event) => {
                setUntil(event.currentTarget.value);
              }}
            />
          </>
        )}
      </ConfirmDialog>
      <Modal
        opened={token !== null}
        onClose={() => {
          setToken(null);
        }}
        title="Password reset link"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {token && (
          <OneTimeCode
            username={user.username}
            token={token.token}
            expiresAt={token.expires_at}
            onClose={() => {
              setToken(null);
            }}
          />
        )}
      </Modal>
    </>
  );
};
