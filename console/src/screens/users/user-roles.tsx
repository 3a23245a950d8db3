import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { Card } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { QueryView } from '../../components/query-view';
import { useCan } from '../../session/use-session';

type User = Schemas['AdminUser'];

/** The roles of a user. */
export const UserRoles = ({ user }: { readonly user: User }): ReactElement => {
  const canRead = useCan('roles:read');
  return (
    <Card title="Roles">
      {canRead ? <EditableRoles user={user} /> : <Text size="sm">{user.roles.join(', ')}</Text>}
    </Card>
  );
};

const EditableRoles = ({ user }: { readonly user: User }): ReactElement => {
  const [draft, setDraft] = useState<readonly string[] | null>(null);
  const canWrite = useCan('roles:write');
  const queries = useQueryClient();
  const roles = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/roles', { params: { query: { limit: 100 } } })),
  });
  const save = useMutation({
    mutationFn: (names: readonly string[]) =>
      unwrap(
        api.PUT('/api/v1/admin/users/{id}/roles', { params: { path: { id: user.id } }, body: { roles: [...names] } }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      setDraft(null);
      notifications.show({ color: 'teal', message: `Roles of ${user.username} saved` });
    },
  });
  const held = draft ?? user.roles;
  return (
    <Stack gap="sm">
      {save.isError && <ProblemAlert error={save.error} />}
      <QueryView query={roles}>
        {({ data }) => (
          <Checkbox.Group
            value={[...held]}
            onChange={(names) => {
              setDraft(names);
            }}
            aria-label="Roles"
          >
            <Stack gap="sm">
              {[...data].reverse().map(({ name, description }) => (
                <Checkbox key={name} value={name} label={name} description={description} disabled={!canWrite} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
      </QueryView>
      {draft !== null && (
        <Group gap="xs">
          <Button
            loading={save.isPending}
            onClick={() => {
              save.mutate(draft);
            }}
          >
            Save roles
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setDraft(null);
              save.reset();
            }}
          >
            Discard
          </Button>
        </Group>
      )}
    </Stack>
  );
};
