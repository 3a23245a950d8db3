import { Anchor, Button, Group, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { Icon } from '../../components/icon';
import { Card, Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { Time, toTimestamp } from '../../components/time';
import { useFilters } from '../../components/use-filters';
import { usePages } from '../../components/use-pages';
import { useCan } from '../../session/use-session';
import { BulkActions } from './bulk-actions';
import { CreateUser } from './create-user';
import { StatusBadge } from './status-badge';
import { UserFilters } from './user-filters';
import { UserTable } from './user-table';

type User = Schemas['AdminUser'];

/** Filters with the names and values of the API. */
const filterNames = ['q', 'status', 'role', 'created_after', 'created_before'] as const;

/** The filters in the URL as the query of the API. `metadata` is `key=value`. */
const queryOf = (get: (name: string) => string): Record<string, string> => {
  const query: Record<string, string> = {};
  for (const name of filterNames) {
    const value = get(name);
    if (value !== '') query[name] = name.startsWith('created') ? toTimestamp(value) : value;
  }
  const [key, ...rest] = get('metadata').split('=');
  if (key && rest.length > 0) query[`metadata.${key}`] = rest.join('=');
  return query;
};

const columns = [
  {
    id: 'username',
    title: 'User',
    cell: ({ id, username, email }: User) => (
      <div>
        <Anchor component={Link} href={`/users/${id}`} size="sm" fw={500}>
          {username}
        </Anchor>
        <Text size="xs" c="dimmed">
          {email ?? 'no email address'}
        </Text>
      </div>
    ),
  },
  { id: 'status', title: 'Status', cell: ({ status }: User) => <StatusBadge status={status} /> },
  { id: 'roles', title: 'Roles', cell: ({ roles }: User) => roles.join(', ') },
  { id: 'last_login', title: 'Last login', cell: (user: User) => <Time value={user.last_login_at} isRelative /> },
  { id: 'created', title: 'Created', cell: (user: User) => <Time value={user.created_at} /> },
] as const;

/** Search, filters, bulk actions and the list of users. */
const UsersScreen = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const isCreating = filter('create') === 'yes';
  const canWrite = useCan('users:write');
  const query = queryOf(filter);
  const {
    query: list,
    rows,
    onMore,
  } = usePages<User>(['users', 'list', query], (cursor) =>
    unwrap(
      api.GET('/api/v1/admin/users', {
        params: { query: { ...query, ...(cursor !== undefined && { cursor }), limit: 50 } },
      }),
    ),
  );
  const isFiltered = Object.keys(query).length > 0;
  return (
    <Page
      title="Users"
      actions={
        canWrite && (
          <Button
            leftSection={<Icon name="plus" />}
            onClick={() => {
              setFilters({ create: 'yes' });
            }}
          >
            Create user
          </Button>
        )
      }
    >
      <Card isFlush>
        <UserFilters filter={filter} onChange={setFilters} />
        {canWrite && selected.size > 0 && (
          <BulkActions
            users={rows.filter(({ id }) => selected.has(id))}
            onDone={() => {
              setSelected(new Set());
            }}
          />
        )}
        <QueryView query={list}>
          {() => (
            <UserTable
              columns={columns}
              hidden={filter('hide').split(',').filter(Boolean)}
              onHide={(ids) => {
                setFilters({ hide: ids.join(',') });
              }}
              rows={rows}
              selected={canWrite ? selected : undefined}
              onSelect={setSelected}
              onMore={onMore}
              isLoadingMore={list.isFetchingNextPage}
              empty={
                isFiltered ? (
                  <Group justify="center">
                    No user matches these filters.
                    <Button
                      variant="subtle"
                      size="compact-sm"
                      onClick={() => {
                        setFilters(Object.fromEntries([...filterNames, 'metadata'].map((name) => [name, null])));
                      }}
                    >
                      Clear filters
                    </Button>
                  </Group>
                ) : (
                  'No users yet. Create one, or open registration.'
                )
              }
            />
          )}
        </QueryView>
      </Card>
      <CreateUser
        isOpen={isCreating}
        onClose={() => {
          setFilters({ create: null });
        }}
      />
    </Page>
  );
};

export default UsersScreen;
