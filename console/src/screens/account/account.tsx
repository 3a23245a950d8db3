import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { serviceUrl } from '../../api/base';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { PagedTable } from '../../components/paged-table';
import { Icon } from '../../components/icon';
import { Card, Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { sessionColumns } from '../../components/session-columns';
import { usePages } from '../../components/use-pages';
import { AccessToken } from './access-token';

type Session = Schemas['Session'];

/** The documentation of the API, and the permissions, access token and sessions of the user. */
const AccountScreen = (): ReactElement => {
  const [ending, setEnding] = useState<Session | null>(null);
  const queries = useQueryClient();
  const me = useQuery({ queryKey: ['me'], queryFn: () => unwrap(api.GET('/api/v1/admin/me')) });
  const pages = usePages<Session>(['me', 'sessions'], (cursor) =>
    unwrap(api.GET('/api/v1/users/me/sessions', { params: { query: cursor === undefined ? {} : { cursor } } })),
  );
  return (
    <Page
      title="API and sessions"
      description="Everything that this console does is available in the API and on the command line."
      actions={
        <Button
          component="a"
          href={`${serviceUrl}/docs`}
          target="_blank"
          rel="noreferrer"
          variant="default"
          rightSection={<Icon name="external" size={16} />}
        >
          API documentation
        </Button>
      }
    >
      <Card title="Your permissions">
        <QueryView query={me} lines={1}>
          {({ permissions, roles }) => (
            <>
              <Text size="sm">Roles: {roles.join(', ') || 'none'}</Text>
              <Group gap="xs">
                {permissions.map((permission) => (
                  <Badge key={permission} variant="default" tt="none" className="mono">
                    {permission}
                  </Badge>
                ))}
              </Group>
            </>
          )}
        </QueryView>
      </Card>
      <AccessToken />
      <Card title="Your sessions" isFlush>
        <PagedTable
          pages={pages}
          label="Your sessions"
          rowKey={({ id }) => id}
          empty="No active sessions."
          columns={sessionColumns(setEnding, ({ current }) => current)}
        />
      </Card>
      <ConfirmDialog
        isOpen={ending !== null}
        onClose={() => {
          setEnding(null);
        }}
        title={`End your session from ${ending?.ip_address ?? 'an unknown address'}?`}
        action="End session"
        isDangerous
        onConfirm={async () => {
          if (ending === null) return;
          await unwrap(api.DELETE('/api/v1/users/me/sessions/{id}', { params: { path: { id: ending.id } } }));
          await queries.invalidateQueries({ queryKey: ['me', 'sessions'] });
        }}
      >
        That device has to log in again.
      </ConfirmDialog>
    </Page>
  );
};

export default AccountScreen;
