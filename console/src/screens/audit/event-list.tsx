import { Anchor, Badge, Code, Drawer, Stack, Title, UnstyledButton } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { ClientName } from '../../components/client-name';
import { FieldList } from '../../components/field-list';
import { PagedTable } from '../../components/paged-table';
import { Card } from '../../components/page';
import { Person } from '../../components/person';
import { Time } from '../../components/time';
import { usePages } from '../../components/use-pages';
import { EventDetails } from './event-details';

type Event = Schemas['AuditEvent'];

/** Filters of the API. */
export type AuditQuery = Readonly<
  Partial<Record<'actor' | 'subject' | 'action' | 'result' | 'request_id' | 'ip' | 'since' | 'until', string>>
>;

/** Options of `EventList`. */
interface EventListProps {
  readonly query: AuditQuery;
  readonly emptyText: string;
}

/** The id of a request, by which it is found in the log, and the other events that it has caused. */
const Request = ({ id, onLeave }: { readonly id: string; readonly onLeave: () => void }): ReactElement => (
  <>
    <Code>{id}</Code>{' '}
    <Anchor
      component={Link}
      href={`/audit?request_id=${encodeURIComponent(id)}`}
      inherit
      className="target"
      onClick={onLeave}
    >
      Show all events of the request
    </Anchor>
  </>
);

/** A page of the audit log, and the details of one event. */
export const EventList = ({ query: filters, emptyText }: EventListProps): ReactElement => {
  const [shown, setShown] = useState<Event | null>(null);
  const close = (): void => {
    setShown(null);
  };
  const pages = usePages<Event>(['audit', filters], (cursor) =>
    unwrap(
      api.GET('/api/v1/admin/audit-events', {
        params: { query: { ...(filters as object), ...(cursor !== undefined && { cursor }), limit: 50 } },
        headers: { Accept: 'application/json' },
      }),
    ),
  );
  return (
    <Card isFlush>
      <PagedTable
        pages={pages}
        label="Audit events"
        rowKey={({ id }) => id}
        empty={emptyText}
        columns={[
          { title: 'Time', cell: ({ created_at: value }) => <Time value={value} isExact /> },
          {
            title: 'Action',
            cell: (event) => (
              <UnstyledButton
                className="link-button nowrap"
                onClick={() => {
                  setShown(event);
                }}
              >
                {event.action}
              </UnstyledButton>
            ),
          },
          {
            title: 'Result',
            cell: ({ result }) => (
              <Badge variant="light" color={result === 'success' ? 'teal' : 'red'} tt="none">
                {result}
              </Badge>
            ),
          },
          { title: 'Actor', cell: ({ actor_id: id }) => <Person id={id} missing="service or CLI" /> },
          { title: 'User', cell: ({ subject_id: id }) => <Person id={id} missing="–" /> },
          { title: 'IP address', cell: ({ ip_address: ip }) => ip ?? '–' },
        ]}
      />
      <Drawer
        opened={shown !== null}
        onClose={close}
        position="right"
        size="md"
        title={shown?.action}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {shown && (
          <Stack gap="lg">
            <FieldList
              fields={[
                ['Time', <Time key="time" value={shown.created_at} isExact />],
                ['Result', shown.result],
                ['Actor', <Person key="actor" id={shown.actor_id} missing="service, CLI or unknown" />],
                ['User', <Person key="subject" id={shown.subject_id} missing="–" />],
                ['IP address', shown.ip_address ?? '–'],
                ['Client', shown.user_agent === null ? '–' : <ClientName key="client" value={shown.user_agent} />],
                [
                  'Request ID',
                  shown.request_id === null ? '–' : <Request key="request" id={shown.request_id} onLeave={close} />,
                ],
                ['Event ID', <Code key="id">{shown.id}</Code>],
              ]}
            />
            <div>
              <Title order={3} mb={8}>
                Details
              </Title>
              <EventDetails details={shown.details} />
            </div>
          </Stack>
        )}
      </Drawer>
    </Card>
  );
};
