import { Badge, Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { PagedTable } from '../../components/paged-table';
import { Card } from '../../components/page';
import { showProblem } from '../../components/show-problem';
import { Time } from '../../components/time';
import { usePages } from '../../components/use-pages';
import { useCan } from '../../session/use-session';

type Mail = Schemas['Mail'];

const colors: Readonly<Record<Mail['state'], string>> = {
  queued: 'blue',
  sending: 'blue',
  sent: 'teal',
  dropped: 'gray',
  dead: 'red',
};

/** Options of `MailList`. */
interface MailListProps {
  readonly query: { readonly state?: Mail['state']; readonly user?: string };
  readonly emptyText: string;
}

/** Emails of the outbox; dead ones can be retried; queued and dead ones can be dropped. */
export const MailList = ({ query: filters, emptyText }: MailListProps): ReactElement => {
  const [dropping, setDropping] = useState<Mail | null>(null);
  const canWrite = useCan('mail:write');
  const queries = useQueryClient();
  const pages = usePages<Mail>(['mails', filters], (cursor) =>
    unwrap(
      api.GET('/api/v1/admin/mails', { params: { query: { ...filters, ...(cursor !== undefined && { cursor }) } } }),
    ),
  );
  const refresh = async (): Promise<void> => {
    await Promise.all(['mails', 'overview'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const retry = async ({ id, recipient }: Mail): Promise<void> => {
    try {
      await unwrap(api.POST('/api/v1/admin/mails/{id}/retry', { params: { path: { id } } }));
      notifications.show({ color: 'teal', message: `The email to ${recipient ?? 'the user'} is queued again` });
    } catch (error) {
      showProblem(error);
    }
    await refresh();
  };
  return (
    <Card isFlush>
      <PagedTable
        pages={pages}
        label="Emails"
        rowKey={({ id }) => id}
        empty={emptyText}
        columns={[
          { title: 'Requested', cell: ({ created_at: value }) => <Time value={value} /> },
          { title: 'Kind', cell: ({ kind }) => <span className="nowrap">{kind.replaceAll('_', ' ')}</span> },
          { title: 'Recipient', cell: ({ recipient }) => recipient ?? '–' },
          {
            title: 'State',
            cell: ({ state, attempts, next_attempt_at: next }) => (
              <Group gap={4}>
                <Badge variant="light" color={colors[state]} tt="none">
                  {state}
                </Badge>
                {attempts > 0 && (
                  <Text size="xs" c="dimmed" className="nowrap">
                    {attempts} {attempts === 1 ? 'attempt' : 'attempts'}
                    {state === 'queued' && next !== null && (
                      <>
                        , next <Time value={next} isRelative />
                      </>
                    )}
                  </Text>
                )}
              </Group>
            ),
          },
          {
            title: 'Last error',
            cell: ({ last_error: error }) => (
              <Text size="sm" miw={220} maw={320} className="break-all">
                {error ?? '–'}
              </Text>
            ),
          },
          ...(canWrite
            ? [
                {
                  title: 'Actions',
                  cell: (mail: Mail) => (
                    <Group gap="xs" wrap="nowrap">
                      {mail.state === 'dead' && (
                        <Button
                          variant="default"
                          size="compact-sm"
                          aria-label={`Retry the email to ${mail.recipient ?? 'the user'}`}
                          onClick={() => void retry(mail)}
                        >
                          Retry
                        </Button>
                      )}
                      {(mail.state === 'dead' || mail.state === 'queued') && (
                        <Button
                          variant="subtle"
                          color="red"
                          size="compact-sm"
                          aria-label={`Drop the email to ${mail.recipient ?? 'the user'}`}
                          onClick={() => {
                            setDropping(mail);
                          }}
                        >
                          Drop
                        </Button>
                      )}
                    </Group>
                  ),
                },
              ]
            : []),
        ]}
      />
      <ConfirmDialog
        isOpen={dropping !== null}
        onClose={() => {
          setDropping(null);
        }}
        title={`Drop the email to ${dropping?.recipient ?? 'the user'}?`}
        action="Drop mail"
        isDangerous
        onConfirm={async () => {
          if (dropping === null) return;
          await unwrap(api.DELETE('/api/v1/admin/mails/{id}', { params: { path: { id: dropping.id } } }));
          await refresh();
        }}
      >
        It will not be sent. It stays in the list as dropped, without its recipient.
      </ConfirmDialog>
    </Card>
  );
};
