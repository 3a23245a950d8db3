import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { PagedTable } from '../../components/paged-table';
import { Card } from '../../components/page';
import { sessionColumns } from '../../components/session-columns';
import { usePages } from '../../components/use-pages';

type Session = Schemas['Session'];

/** The active sessions of a user. */
export const UserSessions = ({ user: { id, username } }: { readonly user: Schemas['AdminUser'] }): ReactElement => {
  const [ending, setEnding] = useState<Session | 'all' | null>(null);
  const queries = useQueryClient();
  const pages = usePages<Session>(['users', id, 'sessions'], (cursor) =>
    unwrap(
      api.GET('/api/v1/admin/users/{id}/sessions', {
        params: { path: { id }, query: cursor === undefined ? {} : { cursor } },
      }),
    ),
  );
  const end = async (): Promise<void> => {
    if (ending === 'all') {
      await unwrap(api.DELETE('/api/v1/admin/users/{id}/sessions', { params: { path: { id } } }));
    } else if (ending !== null) {
      const path = { id, session_id: ending.id };
      await unwrap(api.DELETE('/api/v1/admin/users/{id}/sessions/{session_id}', { params: { path } }));
    }
    await queries.invalidateQueries({ queryKey: ['users', id, 'sessions'] });
  };
  return (
    <Card
      title="Active sessions"
      isFlush
      actions={
        pages.rows.length > 0 && (
          <Button
            variant="light"
            color="red"
            size="compact-md"
            onClick={() => {
              setEnding('all');
            }}
          >
            End all
          </Button>
        )
      }
    >
      <PagedTable
        pages={pages}
        label="Active sessions"
        rowKey={(session) => session.id}
        empty={`${username} is not logged in on any device.`}
        columns={sessionColumns(setEnding)}
      />
      <ConfirmDialog
        isOpen={ending !== null}
        onClose={() => {
          setEnding(null);
        }}
        title={ending === 'all' ? `End all sessions of ${username}?` : `End a session of ${username}?`}
        action={ending === 'all' ? 'End all sessions' : 'End session'}
        isDangerous
        onConfirm={end}
      >
        {username} has to log in again {ending === 'all' ? 'on every device.' : 'on this device.'}
      </ConfirmDialog>
    </Card>
  );
};
