import { Button, Group, Menu, Select, Switch, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef, useState, type ReactElement } from 'react';
import { serviceUrl } from '../../api/base';
import { problemOf } from '../../api/problem';
import { send } from '../../api/send';
import { Icon } from '../../components/icon';
import { Card, Page } from '../../components/page';
import { showProblem } from '../../components/show-problem';
import { toTimestamp } from '../../components/time';
import { useFilters } from '../../components/use-filters';
import { UserSelect } from '../../components/user-select';
import { session } from '../../session/session';
import { EventList, type AuditQuery } from './event-list';

const texts = ['action', 'ip', 'request_id'] as const;
const users = ['actor', 'subject'] as const;

/** Filters that are hidden until they are needed. */
const rare = ['subject', 'ip', 'request_id'] as const;
const times = ['since', 'until'] as const;

const queryOf = (filter: (name: string) => string): AuditQuery => {
  const query: Record<string, string> = {};
  for (const name of [...texts, ...users, 'result'] as const) if (filter(name) !== '') query[name] = filter(name);
  for (const name of times) if (filter(name) !== '') query[name] = toTimestamp(filter(name));
  return query;
};

/** Downloads all events that match the filters. */
const download = async (query: AuditQuery, type: 'text/csv' | 'application/x-ndjson'): Promise<void> => {
  const token = await session.accessToken();
  const search = new URLSearchParams(query).toString();
  const response = await send(`${serviceUrl}/api/v1/admin/audit-events?${search}`, {
    headers: { Accept: type, Authorization: `Bearer ${token ?? ''}` },
  });
  if (!response.ok) throw problemOf(response, await response.json().catch(() => null));
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? 'audit-events';
  link.click();
  URL.revokeObjectURL(url);
};

const labels: Readonly<Record<(typeof texts)[number], readonly [label: string, placeholder: string]>> = {
  action: ['Action', 'user.login or user.*'],
  ip: ['IP address', '192.0.2.1'],
  request_id: ['Request ID', 'from an error or the log'],
};

/** A filter that is typed. */
const TextField = ({
  name,
  value,
}: {
  readonly name: (typeof texts)[number];
  readonly value: string;
}): ReactElement => (
  <TextInput name={name} className="grow" label={labels[name][0]} placeholder={labels[name][1]} defaultValue={value} />
);

/** The audit log with its filters and exports. */
const AuditScreen = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const [isExporting, setExporting] = useState(false);
  const isLive = filter('live') === 'yes';
  const query = queryOf(filter);
  const form = useRef<HTMLFormElement>(null);
  const [isDetailed, detailed] = useDisclosure(rare.some((name) => filter(name) !== ''));

  /** Filters by what is entered, and by a user who has just been selected. */
  const apply = (form: HTMLFormElement | null, selected: Readonly<Record<string, string | null>> = {}): void => {
    const entered = form === null ? [] : [...new FormData(form)];
    const texted = entered.map(([name, value]) => [name, typeof value === 'string' ? value.trim() : '']);
    setFilters({ ...(Object.fromEntries(texted) as Record<string, string>), ...selected });
  };
  const selectUser = (name: (typeof users)[number], label: string): ReactElement => (
    <UserSelect
      name={name}
      label={label}
      value={filter(name)}
      onChange={(id) => {
        apply(form.current, { [name]: id });
      }}
    />
  );

  const exportAs = async (type: 'text/csv' | 'application/x-ndjson'): Promise<void> => {
    setExporting(true);
    try {
      await download(query, type);
    } catch (error) {
      showProblem(error);
    } finally {
      setExporting(false);
    }
  };

  return (
    <Page
      title="Audit log"
      description="Who did what, newest first. Events cannot be changed or deleted."
      actions={
        <>
          <Switch
            size="md"
            label="Live updates"
            description="Paused after “Load more”"
            checked={isLive}
            onChange={(event) => {
              setFilters({ live: event.currentTarget.checked ? 'yes' : null });
            }}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <Button variant="default" leftSection={<Icon name="download" />} loading={isExporting}>
                Export
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void exportAs('text/csv')}>CSV</Menu.Item>
              <Menu.Item onClick={() => void exportAs('application/x-ndjson')}>NDJSON</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </>
      }
    >
      <Card>
        <form
          ref={form}
          key={JSON.stringify(query)}
          onSubmit={(event) => {
            event.preventDefault();
            apply(event.currentTarget);
          }}
        >
          <Group gap="sm" align="flex-end">
            <TextField name="action" value={filter('action')} />
            <Select
              name="result"
              label="Result"
              placeholder="any"
              w={130}
              clearable
              data={['success', 'failure']}
              defaultValue={filter('result') || null}
            />
            {times.map((name) => (
              <TextInput
                key={name}
                name={name}
                className="grow"
                label={name === 'since' ? 'Since' : 'Until'}
                type="datetime-local"
                defaultValue={filter(name)}
              />
            ))}
            {selectUser('actor', 'Actor')}
            {isDetailed && (
              <>
                {selectUser('subject', 'User')}
                <TextField name="ip" value={filter('ip')} />
                <TextField name="request_id" value={filter('request_id')} />
              </>
            )}
            <Button type="submit">Filter</Button>
            {!isDetailed && (
              <Button variant="default" onClick={detailed.open}>
                More filters
              </Button>
            )}
            {Object.keys(query).length > 0 && (
              <Button
                variant="default"
                onClick={() => {
                  setFilters(Object.fromEntries([...texts, ...users, ...times, 'result'].map((name) => [name, null])));
                }}
              >
                Clear
              </Button>
            )}
          </Group>
        </form>
      </Card>
      <EventList query={query} emptyText="No event matches these filters." isLive={isLive} />
    </Page>
  );
};

export default AuditScreen;
