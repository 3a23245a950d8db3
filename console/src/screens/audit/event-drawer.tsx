import { Anchor, Code, Drawer, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { Link } from 'wouter';
import { consoleUrl } from '../../api/base';
import { api, unwrap, type Schemas } from '../../api/client';
import { ClientName } from '../../components/client-name';
import { CopyableId, CopyIdButton } from '../../components/copyable-id';
import { FieldList } from '../../components/field-list';
import { Person } from '../../components/person';
import { QueryView } from '../../components/query-view';
import { Time } from '../../components/time';
import { EventDetails } from './event-details';

type Event = Schemas['AuditEvent'];

/** The id of a request, by which it is found in the log, and the other events that it has caused. */
const Request = ({ id }: { readonly id: string }): ReactElement => (
  <>
    <CopyableId name="request ID" value={id} />{' '}
    <Anchor component={Link} href={`/audit?request_id=${encodeURIComponent(id)}`} inherit className="target">
      Show all events of the request
    </Anchor>
  </>
);

const EventFields = ({ event }: { readonly event: Event }): ReactElement => (
  <Stack gap="lg">
    <FieldList
      fields={[
        ['Time', <Time key="time" value={event.created_at} isExact />],
        ['Result', event.result],
        ['Actor', <Person key="actor" id={event.actor_id} missing="service, CLI or unknown" />],
        ['User', <Person key="subject" id={event.subject_id} missing="–" />],
        ['IP address', event.ip_address ?? '–'],
        ['Client', event.user_agent === null ? '–' : <ClientName key="client" value={event.user_agent} />],
        ['Request ID', event.request_id === null ? '–' : <Request key="request" id={event.request_id} />],
        ['Event ID', <CopyableId key="id" name="event ID" value={event.id} />],
      ]}
    />
    <div>
      <Title order={3} mb={8}>
        Details
      </Title>
      <EventDetails details={event.details} />
    </div>
    <div>
      <CopyIdButton name="link to this event" value={`${consoleUrl}/audit?event=${event.id}`} isLabelled />
    </div>
  </Stack>
);

/** Options of `EventDrawer`. */
interface EventDrawerProps {
  /** The id of the shown event; empty for none. */
  readonly id: string;
  /** Events that are loaded already. */
  readonly events: readonly Event[];
  readonly onClose: () => void;
}

/** Shows the event whose ID is in the URL, even if the list does not contain it. */
export const EventDrawer = ({ id, events, onClose }: EventDrawerProps): ReactElement => {
  // The content stays while the drawer closes.
  const [shownId, setShownId] = useState(id);
  if (id !== '' && id !== shownId) setShownId(id);
  const listed = events.find((event) => event.id === shownId);
  const query = useQuery({
    queryKey: ['audit', 'event', shownId],
    queryFn: async (): Promise<Event | null> => {
      const headers = { Accept: 'application/json' };
      const params = { query: { id: shownId } };
      const page = await unwrap(api.GET('/api/v1/admin/audit-events', { params, headers }));
      return page.data[0] ?? null;
    },
    enabled: shownId !== '',
    ...(listed && { initialData: listed }),
    staleTime: Infinity,
  });
  return (
    <Drawer
      opened={id !== ''}
      onClose={onClose}
      position="right"
      size="md"
      title={query.data?.action ?? 'Event'}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <QueryView query={query}>
        {(event) =>
          event === null ? (
            <Text size="sm">
              No event has this ID. Events older than <Code>audit.retention</Code> are deleted.
            </Text>
          ) : (
            <EventFields event={event} />
          )
        }
      </QueryView>
    </Drawer>
  );
};
