import { Badge, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../../api/client';
import { DataTable } from '../../components/data-table';
import { formatRelative, Time } from '../../components/time';

type Instance = Schemas['Overview']['instances'][number];

/** The instances of the service: which configuration each one runs, and which one is behind. */
export const Instances = ({
  instances,
  revision,
}: {
  readonly instances: readonly Instance[];
  readonly revision: number | null;
}): ReactElement => {
  const newest = Math.max(revision ?? 0, ...instances.map((instance) => instance.revision ?? 0));
  const stateOf = (instance: Instance): readonly [label: string, color: string] => {
    if (!instance.live) return ['not responding', 'red'];
    if (instance.revision === newest) return ['up to date', 'teal'];
    const lag = instance.revision === null ? 0 : newest - instance.revision;
    return [lag === 0 ? 'behind' : `${String(lag)} ${lag === 1 ? 'revision' : 'revisions'} behind`, 'orange'];
  };
  return (
    <DataTable
      label="Instances"
      rows={instances}
      rowKey={({ id }) => id}
      empty="No instance has reported within the last minute."
      columns={[
        {
          title: 'Instance',
          cell: ({ hostname, pid }) => (
            <Text size="sm" fw={500} className="nowrap">
              {hostname}{' '}
              <Text span inherit c="dimmed" fw={400}>
                (process {pid})
              </Text>
            </Text>
          ),
        },
        {
          title: 'Configuration',
          cell: (instance) => {
            const [label, color] = stateOf(instance);
            return (
              <Group gap="xs" wrap="nowrap">
                <Text size="sm">revision {instance.revision ?? '–'}</Text>
                <Badge variant="light" color={color} tt="none">
                  {label}
                </Badge>
              </Group>
            );
          },
        },
        { title: 'Version', cell: ({ version }) => version },
        { title: 'Started', cell: ({ started_at: value }) => <Time value={value} isRelative /> },
        {
          title: 'Last seen',
          cell: ({ last_seen_at: value }) => <span className="nowrap">{formatRelative(new Date(value))}</span>,
        },
      ]}
    />
  );
};
