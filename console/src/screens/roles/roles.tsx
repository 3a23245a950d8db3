import { Anchor, Badge, Button, Group, Table, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { Icon } from '../../components/icon';
import { Card, Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { useCan } from '../../session/use-session';
import { RoleForm } from './role-form';

type Role = Schemas['Role'];

const builtIn: ReadonlySet<string> = new Set(['user', 'support', 'admin']);

/** The permissions of each role as a matrix; custom roles can be edited. */
const RolesScreen = (): ReactElement => {
  const [edited, setEdited] = useState<Role | 'new' | null>(null);
  const [deleted, setDeleted] = useState<Role | null>(null);
  const canWrite = useCan('roles:write');
  const canReadUsers = useCan('users:read');
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: ['roles', 'matrix'],
    queryFn: async () => {
      const params = { query: { limit: 100 } };
      const [roles, permissions] = await Promise.all([
        unwrap(api.GET('/api/v1/admin/roles', { params })),
        unwrap(api.GET('/api/v1/admin/permissions', { params })),
      ]);
      const byName = [...permissions.data].sort((one, other) => one.name.localeCompare(other.name));
      return { roles: [...roles.data].reverse(), permissions: byName };
    },
  });
  return (
    <Page
      title="Roles"
      description="A role grants permissions. Changes take effect on each user’s next request."
      actions={
        canWrite && (
          <Button
            leftSection={<Icon name="plus" />}
            onClick={() => {
              setEdited('new');
            }}
          >
            Create role
          </Button>
        )
      }
    >
      <Card isFlush>
        <QueryView query={query}>
          {({ roles, permissions }) => (
            <div className="scroll-region" role="group" aria-label="Permissions of each role" tabIndex={0}>
              <Table verticalSpacing="xs" horizontalSpacing="lg">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>Permission</Table.Th>
                    {roles.map((role) => (
                      <Table.Th key={role.name} ta="center" className="role-head">
                        <Group gap={6} justify="center" wrap="nowrap">
                          {role.name}
                          {builtIn.has(role.name) && (
                            <Badge size="xs" variant="default" tt="none">
                              built-in
                            </Badge>
                          )}
                        </Group>
                        <Text size="xs" c="dimmed" fw={400} miw={110}>
                          {role.description}
                        </Text>
                      </Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {permissions.map(({ name, description }) => (
                    <Table.Tr key={name}>
                      <Table.Th fw={400} scope="row">
                        <Text size="sm" className="mono">
                          {name}
                        </Text>
                        <Text size="xs" c="dimmed">
                          {description}
                        </Text>
                      </Table.Th>
                      {roles.map((role) => {
                        const isGranted = role.permissions.some((granted) => granted === name);
                        return (
                          <Table.Td key={role.name} ta="center">
                            {isGranted ? (
                              <span className="granted">
                                <Icon name="check" size={14} />
                              </span>
                            ) : (
                              <Text span c="dimmed" aria-hidden>
                                –
                              </Text>
                            )}
                            <span className="visually-hidden">{isGranted ? 'granted' : 'not granted'}</span>
                          </Table.Td>
                        );
                      })}
                    </Table.Tr>
                  ))}
                  <Table.Tr>
                    <Table.Th fw={400} scope="row">
                      Users
                    </Table.Th>
                    {roles.map(({ name }) => (
                      <Table.Td key={name} ta="center">
                        {canReadUsers && (
                          <Anchor component={Link} href={`/users?role=${name}`} size="sm">
                            show users
                          </Anchor>
                        )}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                  {canWrite && (
                    <Table.Tr>
                      <Table.Th fw={400} scope="row">
                        Change
                      </Table.Th>
                      {roles.map((role) => (
                        <Table.Td key={role.name} ta="center">
                          {!builtIn.has(role.name) && (
                            <Group gap={4} justify="center" wrap="nowrap">
                              <Button
                                variant="default"
                                size="compact-sm"
                                aria-label={`Edit ${role.name}`}
                                onClick={() => {
                                  setEdited(role);
                                }}
                              >
                                Edit
                              </Button>
                              <Button
                                variant="subtle"
                                color="red"
                                size="compact-sm"
                                aria-label={`Delete ${role.name}`}
                                onClick={() => {
                                  setDeleted(role);
                                }}
                              >
                                Delete
                              </Button>
                            </Group>
                          )}
                        </Table.Td>
                      ))}
                    </Table.Tr>
                  )}
                </Table.Tbody>
              </Table>
            </div>
          )}
        </QueryView>
      </Card>
      <RoleForm
        role={edited}
        permissions={query.data?.permissions ?? []}
        onClose={() => {
          setEdited(null);
        }}
      />
      <ConfirmDialog
        isOpen={deleted !== null}
        onClose={() => {
          setDeleted(null);
        }}
        title={`Delete the role ${deleted?.name ?? ''}?`}
        action="Delete role"
        isDangerous
        onConfirm={async () => {
          if (deleted === null) return;
          await unwrap(api.DELETE('/api/v1/admin/roles/{name}', { params: { path: { name: deleted.name } } }));
          await queries.invalidateQueries({ queryKey: ['roles'] });
        }}
      >
        You cannot delete a role that is assigned to users. Remove it from all users first.
      </ConfirmDialog>
    </Page>
  );
};

export default RolesScreen;
