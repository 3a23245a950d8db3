import { Badge, Button, Group } from '@mantine/core';
import type { Schemas } from '../api/client';
import { ClientName } from './client-name';
import type { Column } from './data-table';
import { Time } from './time';

type Session = Schemas['Session'];

/**
 * The columns of a table of sessions.
 * @param onEnd asks whether to end a session
 * @param isOwn whether a session is the one of this page, which is marked and has no button
 */
export const sessionColumns = (
  onEnd: (session: Session) => void,
  isOwn: (session: Session) => boolean = () => false,
): readonly Column<Session>[] => [
  {
    title: 'Client',
    cell: (session) => (
      <Group gap="xs" wrap="nowrap">
        <ClientName value={session.user_agent} />
        {isOwn(session) && (
          <Badge variant="light" color="teal" tt="none">
            this one
          </Badge>
        )}
      </Group>
    ),
  },
  { title: 'IP address', cell: ({ ip_address: ip }) => ip ?? '–' },
  { title: 'Started', cell: ({ created_at: value }) => <Time value={value} /> },
  { title: 'Last used', cell: ({ last_used_at: value }) => <Time value={value} isRelative /> },
  {
    title: 'Actions',
    cell: (session) =>
      !isOwn(session) && (
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`End the session from ${session.ip_address ?? 'an unknown address'}`}
          onClick={() => {
            onEnd(session);
          }}
        >
          End
        </Button>
      ),
  },
];
