import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { ProblemAlert } from '../../components/problem-alert';
import { useCan } from '../../session/use-session';
import { OneTimeCode } from './one-time-code';

/** Options of `CreateUser`. */
interface CreateUserProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** Creates an account; its owner sets the password with a code that is shown once. */
export const CreateUser = ({ isOpen, onClose }: CreateUserProps): ReactElement => (
  <Modal opened={isOpen} onClose={onClose} title="Create user" closeButtonProps={{ 'aria-label': 'Close' }}>
    {isOpen && <CreateUserForm onClose={onClose} />}
  </Modal>
);

const CreateUserForm = ({ onClose }: Pick<CreateUserProps, 'onClose'>): ReactElement => {
  const [username, setUsername] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<string[]>(['user']);
  const [error, setError] = useState<unknown>(null);
  const [isSending, setSending] = useState(false);
  const [created, setCreated] = useState<Schemas['CreatedUser'] | null>(null);
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const canAssign = useCan('roles:write');
  const known = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/roles', { params: { query: { limit: 100 } } })),
    enabled: canAssign,
  });

  const create = async (): Promise<void> => {
    setSending(true);
    setError(null);
    try {
      const body = { username, ...(email !== '' && { email }), ...(canAssign && { roles }) };
      setCreated(await unwrap(api.POST('/api/v1/admin/users', { body })));
      await queries.invalidateQueries({ queryKey: ['users'] });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setSending(false);
    }
  };

  if (created !== null) {
    return (
      <OneTimeCode
        username={created.user.username}
        token={created.token}
        expiresAt={created.expires_at}
        onClose={() => {
          onClose();
          navigate(`/users/${created.user.id}`);
        }}
      />
    );
  }
  return (
    <form
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        void create();
      }}
    >
      <Stack gap="md">
        {error !== null && <ProblemAlert error={error} />}
        <TextInput
          label="Username"
          required
          data-autofocus
          autoComplete="off"
          value={username}
          onChange={(event) => {
            setUsername(event.currentTarget.value);
          }}
        />
        <TextInput
          label="Email address"
          type="email"
          autoComplete="off"
          value={email}
          onChange={(event) => {
            setEmail(event.currentTarget.value);
          }}
        />
        {canAssign && (
          <MultiSelect
            label="Roles"
            data={known.data?.data.map(({ name }) => name) ?? ['user']}
            value={roles}
            onChange={setRoles}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isSending}>
            Create
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
