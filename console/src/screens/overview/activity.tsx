import { SimpleGrid, Stack, Table, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Schemas } from '../../api/client';
import { BarChart } from '../../components/bar-chart';

type Hour = Schemas['HourlyCounts'];

const series = [
  { key: 'logins', title: 'Logins', color: 'var(--chart-good)' },
  { key: 'failures', title: 'Failed logins', color: 'var(--chart-bad)' },
  { key: 'registrations', title: 'Registrations', color: 'var(--chart-good)' },
  { key: 'errors_5xx', title: '5xx responses', color: 'var(--chart-bad)' },
] as const;

/** Maximum number of bars in a chart; the hours of longer periods are added up. */
const mostBars = 30;

const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const hourOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

interface Bucket {
  readonly label: string;
  readonly hours: readonly Hour[];
}

/** One bucket per hour, or per day if there are too many hours for the chart. */
const bucketsOf = (hours: readonly Hour[]): readonly Bucket[] => {
  if (hours.length <= mostBars) {
    return hours.map((hour) => ({ label: hourOfDay.format(new Date(hour.hour)), hours: [hour] }));
  }
  const days = new Map<string, Hour[]>();
  for (const hour of hours) {
    const label = day.format(new Date(hour.hour));
    days.set(label, [...(days.get(label) ?? []), hour]);
  }
  return [...days].map(([label, list]) => ({ label, hours: list }));
};

const sumOf = (hours: readonly Hour[], key: (typeof series)[number]['key']): number =>
  hours.reduce((sum, hour) => sum + hour[key], 0);

/** Charts of a period with its totals, and the numbers as a table. */
export const Activity = ({ hours }: { readonly hours: readonly Hour[] }): ReactElement => {
  const buckets = bucketsOf(hours);
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="xl">
        {series.map(({ key, title, color }) => (
          <div key={key}>
            <Text size="sm" c="dimmed">
              {title}
            </Text>
            <Text className="figure" fw={600} mb={6}>
              {sumOf(hours, key).toLocaleString()}
            </Text>
            <BarChart
              label={`${title}: ${String(sumOf(hours, key))} in this period`}
              names={buckets.map((bucket) => bucket.label)}
              values={buckets.map((bucket) => sumOf(bucket.hours, key))}
              color={color}
            />
            <Text size="xs" c="dimmed" className="chart-axis" aria-hidden>
              <span>{buckets[0]?.label}</span>
              <span>{buckets.at(-1)?.label}</span>
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <details>
        <summary>
          <Text span size="sm">
            Show as table
          </Text>
        </summary>
        <div className="scroll-region table-region" role="group" aria-label="Activity as table" tabIndex={0}>
          <Table stickyHeader>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Time</Table.Th>
                {series.map(({ title }) => (
                  <Table.Th key={title} ta="right" className="nowrap">
                    {title}
                  </Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {[...buckets].reverse().map((bucket) => (
                <Table.Tr key={bucket.hours[0]?.hour}>
                  <Table.Td className="nowrap">{bucket.label}</Table.Td>
                  {series.map(({ key }) => (
                    <Table.Td key={key} ta="right">
                      {sumOf(bucket.hours, key).toLocaleString()}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      </details>
    </Stack>
  );
};
