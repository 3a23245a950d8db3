import { Anchor, Badge } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { PagedTable } from '../../components/paged-table';
import { Card } from '../../components/page';
import { Person } from '../../components/person';
import { Time } from '../../components/time';
import { useFilterLink, useFilters } from '../../components/use-filters';
import { usePages } from '../../components/use-pages';
import { EventDrawer } from './event-drawer';

type Event = Schemas['AuditEvent'];

/** How often new events are loaded, in milliseconds. */
const liveMs = 5_000;

/** Filters of the API. */
export type AuditQuery = Readonly<
  Partial<Record<'actor' | 'subject' | 'action' | 'result' | 'request_id' | 'ip' | 'since' | 'until', string>>
>;

/** Options of `EventList`. */
interface EventListProps {
  readonly query: AuditQuery;
  readonly emptyText: string;
  /** Whether new events appear automatically. */
  readonly isLive?: boolean;
}

/** A page of the audit log, and the details of the event that the URL names. */
export const EventList = ({ query: filters, emptyText, isLive = false }: EventListProps): ReactElement => {
  const [filter, setFilters] = useFilters();
  const linkTo = useFilterLink();
  const pages = usePages<Event>(
    ['audit', filters],
    (cursor) =>
      unwrap(
        api.GET('/api/v1/admin/audit-events', {
          params: { query: { ...(filters as object), ...(cursor !== undefined && { cursor }), limit: 50 } },
          headers: { Accept: 'application/json' },
        }),
      ),
    isLive ? liveMs : undefined,
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
            cell: ({ id, action }) => (
              <Anchor component={Link} href={linkTo('event', id)} inherit className="target nowrap">
                {action}
              </Anchor>
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
      <EventDrawer
        id={filter('event')}
        events={pages.rows}
        onClose={() => {
          setFilters({ event: null });
        }}
      />
    </Card>
  );
};
