import { Anchor, Badge, Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { api, unwrap, type Schemas } from '../../api/client';
import { Card, Page } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { Time } from '../../components/time';
import { useFilters } from '../../components/use-filters';
import { useCan } from '../../session/use-session';
import { Activity } from './activity';
import { Instances } from './instances';
import { FirstSteps, Warnings } from './notices';

type Overview = Schemas['Overview'];

const good: ReadonlySet<string> = new Set(['healthy', 'not_configured']);
const statusLabels: Readonly<Record<string, string>> = { not_configured: 'off' };

const Health = ({ health }: { readonly health: Overview['health'] }): ReactElement => (
  <Stack gap="xs">
    {(
      [
        ['Database', health.database.status],
        ['Cache', health.cache.status],
        [`Mail (${health.mail.transport})`, health.mail.status],
      ] as const
    ).map(([name, status]) => (
      <Group key={name} justify="space-between">
        <Text size="sm">{name}</Text>
        <Badge
          variant="light"
          color={status === 'not_configured' ? 'gray' : good.has(status) ? 'teal' : 'red'}
          tt="none"
        >
          {statusLabels[status] ?? status}
        </Badge>
      </Group>
    ))}
  </Stack>
);

const Figure = ({ label, value }: { readonly label: string; readonly value: number }): ReactElement => (
  <Group justify="space-between" wrap="nowrap">
    <Text size="sm">{label}</Text>
    <Text size="sm" fw={600}>
      {value.toLocaleString()}
    </Text>
  </Group>
);

const Outbox = ({ outbox }: { readonly outbox: Overview['outbox'] }): ReactElement => {
  const canRead = useCan('mail:read');
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Figure label="Queued" value={outbox.queued + outbox.sending} />
        <Figure label="Retrying" value={outbox.retrying} />
        <Figure label="Dead" value={outbox.dead} />
        {outbox.oldest_at !== null && (
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">Oldest</Text>
            <Text size="sm" fw={600} component="div">
              <Time value={outbox.oldest_at} isRelative />
            </Text>
          </Group>
        )}
      </Stack>
      {canRead && (
        <Anchor component={Link} href="/mail" size="sm" className="target">
          Open the outbox
        </Anchor>
      )}
    </Stack>
  );
};

const Configuration = ({ overview }: { readonly overview: Overview }): ReactElement => {
  const canRead = useCan('config:read');
  return (
    <Stack gap="md">
      <Stack gap="xs">
        <Figure label="Overrides" value={overview.overrides} />
        <Figure label="Unconfirmed" value={overview.pending_confirmation === null ? 0 : 1} />
        <Figure label="Scheduled" value={overview.scheduled_changes} />
        <Figure label="Waiting for a restart" value={overview.pending_restart.length} />
      </Stack>
      {canRead && (
        <Anchor component={Link} href="/configuration?tab=overrides" size="sm" className="target">
          Show overrides
        </Anchor>
      )}
    </Stack>
  );
};

/** The state of the service at a glance. */
const OverviewScreen = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const window = filter('window') === '' ? '24h' : filter('window');
  const overview = useQuery({
    queryKey: ['overview'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/overview')),
    refetchInterval: 5_000,
  });
  const statistics = useQuery({
    queryKey: ['statistics', window],
    queryFn: () => unwrap(api.GET('/api/v1/admin/statistics', { params: { query: { window } } })),
    refetchInterval: 60_000,
    placeholderData: (previous) => previous,
  });
  return (
    <Page
      title="Overview"
      description={
        overview.data && (
          <>
            Version {overview.data.version}, configuration revision {overview.data.revision ?? '–'}
          </>
        )
      }
    >
      <QueryView query={overview}>
        {(data) => (
          <>
            <FirstSteps setup={data.setup} />
            <Warnings warnings={data.warnings} setup={data.setup} />
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }} spacing="lg">
              <Card title="Health">
                <Health health={data.health} />
              </Card>
              <Card title="Accounts">
                <QueryView query={statistics} lines={2}>
                  {({ users, active_sessions: sessions }) => (
                    <Stack gap="xs">
                      <Figure label="Active users" value={users.active} />
                      <Figure label="Active sessions" value={sessions} />
                      <Figure label="Blocked users" value={users.blocked} />
                      <Figure label="Deleted users" value={users.deleted} />
                    </Stack>
                  )}
                </QueryView>
              </Card>
              <Card title="Outbox">
                <Outbox outbox={data.outbox} />
              </Card>
              <Card title="Configuration">
                <Configuration overview={data} />
              </Card>
            </SimpleGrid>
            <Card
              title="Activity"
              actions={
                <SegmentedControl
                  size="xs"
                  aria-label="Period"
                  value={window}
                  onChange={(value) => {
                    setFilters({ window: value === '24h' ? null : value });
                  }}
                  data={[
                    { value: '24h', label: '24 hours' },
                    { value: '7d', label: '7 days' },
                    { value: '30d', label: '30 days' },
                  ]}
                />
              }
            >
              <QueryView query={statistics}>{({ hours }) => <Activity hours={hours} />}</QueryView>
            </Card>
            <Card title="Instances" isFlush>
              <Instances instances={data.instances} revision={data.revision} />
            </Card>
          </>
        )}
      </QueryView>
    </Page>
  );
};

export default OverviewScreen;
