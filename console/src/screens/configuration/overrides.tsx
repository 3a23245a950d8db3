import { Alert, Button, Code, List, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { DataTable } from '../../components/data-table';
import { Icon } from '../../components/icon';
import { Card } from '../../components/page';
import { PagedTable } from '../../components/paged-table';
import { Time } from '../../components/time';
import { usePages } from '../../components/use-pages';
import { useCan } from '../../session/use-session';
import { formatValue, SettingValue } from './setting-value';
import type { Config } from './use-config';

type Override = Schemas['ConfigOverride'];
type Scheduled = Schemas['ScheduledConfigChange'];

const formatChanges = (changes: Readonly<Record<string, unknown>>): string =>
  Object.entries(changes)
    .map(([key, value]) => `${key} = ${value === null ? 'value from the files' : formatValue(value)}`)
    .join(', ');

const keysOf = ({ changes }: Scheduled): string => Object.keys(changes).join(', ');

const Keys = ({ keys }: { readonly keys: readonly string[] }): ReactElement => (
  <>
    {keys.map((key) => (
      <Code key={key} mr={6}>
        {key}
      </Code>
    ))}
  </>
);

/** The reason for a change, in both tables. */
const reasonColumn = {
  title: 'Reason',
  cell: ({ reason }: { readonly reason: string | null }): ReactElement => (
    <Text size="sm" className="changed break-all">
      {reason ?? '–'}
    </Text>
  ),
};

/** What overrides the files, and what is scheduled. */
export const Overrides = ({ config }: { readonly config: Config }): ReactElement => {
  const [removed, setRemoved] = useState<Override | 'all' | null>(null);
  const [cancelled, setCancelled] = useState<Scheduled | null>(null);
  const canWrite = useCan('config:write');
  const queries = useQueryClient();
  const pages = usePages<Override>(['config', 'overrides'], (cursor) =>
    unwrap(api.GET('/api/v1/admin/config/overrides', { params: { query: cursor === undefined ? {} : { cursor } } })),
  );
  const refresh = async (): Promise<void> => {
    await Promise.all(['config', 'revisions'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const remove = async (): Promise<void> => {
    if (removed === 'all') await unwrap(api.DELETE('/api/v1/admin/config/overrides'));
    else if (removed !== null) {
      await unwrap(api.DELETE('/api/v1/admin/config/overrides/{key}', { params: { path: { key: removed.key } } }));
    }
    await refresh();
  };
  return (
    <>
      {config.shadowed_by_override.length > 0 && (
        <Alert
          color="orange"
          variant="light"
          icon={<Icon name="alert" />}
          title="Overridden settings whose value in the files has changed"
        >
          <Text size="sm">The overrides stay active. Remove one to use the value from the files.</Text>
          <Keys keys={config.shadowed_by_override} />
        </Alert>
      )}
      {config.overrides_without_effect.length > 0 && (
        <Alert color="orange" variant="light" icon={<Icon name="alert" />} title="Overrides without effect">
          <Text size="sm">Remove them, or correct the files.</Text>
          <List size="sm">
            {config.overrides_without_effect.map(({ key, errors }) => (
              <List.Item key={key}>
                <Code>{key}</Code> {errors.map(({ message }) => message).join('; ')}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      <Card
        title="Overrides"
        isFlush
        actions={
          canWrite &&
          pages.rows.length > 0 && (
            <Button
              variant="light"
              color="red"
              size="compact-md"
              onClick={() => {
                setRemoved('all');
              }}
            >
              Remove all
            </Button>
          )
        }
      >
        <PagedTable
          pages={pages}
          label="Overrides"
          rowKey={({ key }) => key}
          empty="No setting is overridden. To override one, open it on the Settings tab."
          columns={[
            { title: 'Key', cell: ({ key }) => <span className="mono">{key}</span> },
            { title: 'Value', cell: ({ value }) => <SettingValue value={value} /> },
            { title: 'Since', cell: ({ since }) => <Time value={since} isRelative /> },
            {
              title: 'Expires',
              cell: ({ expires_at: value }) => (value === null ? 'never' : <Time value={value} />),
            },
            reasonColumn,
            ...(canWrite
              ? [
                  {
                    title: 'Actions',
                    cell: (override: Override) => (
                      <Button
                        variant="default"
                        size="compact-sm"
                        aria-label={`Remove the override of ${override.key}`}
                        onClick={() => {
                          setRemoved(override);
                        }}
                      >
                        Remove
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
      <Card title="Scheduled changes" isFlush>
        <DataTable
          label="Scheduled changes"
          rows={config.scheduled}
          rowKey={({ id }) => id}
          empty="No change is scheduled. To schedule one, choose “At a later time” when you review a draft."
          columns={[
            { title: 'At', cell: ({ at }) => <Time value={at} /> },
            {
              title: 'Changes',
              cell: ({ changes }) => <span className="mono break-all">{formatChanges(changes)}</span>,
            },
            reasonColumn,
            ...(canWrite
              ? [
                  {
                    title: 'Actions',
                    cell: (change: Scheduled) => (
                      <Button
                        variant="default"
                        size="compact-sm"
                        aria-label={`Cancel the change of ${keysOf(change)}`}
                        onClick={() => {
                          setCancelled(change);
                        }}
                      >
                        Cancel
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      </Card>
      <ConfirmDialog
        isOpen={removed !== null}
        onClose={() => {
          setRemoved(null);
        }}
        title={removed === 'all' ? 'Remove all overrides?' : `Remove the override of ${removed?.key ?? ''}?`}
        action={removed === 'all' ? 'Remove all' : 'Remove override'}
        isDangerous
        onConfirm={remove}
      >
        Every instance uses the values from the files again.
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={cancelled !== null}
        onClose={() => {
          setCancelled(null);
        }}
        title={cancelled === null ? '' : `Cancel the scheduled change of ${keysOf(cancelled)}?`}
        action="Cancel the change"
        isDangerous
        onConfirm={async () => {
          if (cancelled === null) return;
          await unwrap(api.DELETE('/api/v1/admin/config/scheduled/{id}', { params: { path: { id: cancelled.id } } }));
          await refresh();
        }}
      >
        {cancelled !== null && formatChanges(cancelled.changes)}
      </ConfirmDialog>
    </>
  );
};
