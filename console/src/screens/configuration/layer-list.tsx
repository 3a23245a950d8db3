import { Badge, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { SettingValue } from './setting-value';
import { describeSource, type Setting } from './use-config';

/** Which layer is active now, and which one after a restart: that of the highest precedence, if its value is new. */
const badgesOf = ({ layers, pending }: Pick<Setting, 'layers' | 'pending'>): ReadonlyMap<string, ReactElement> => {
  const badge = (color: string, text: string): ReactElement => (
    <Badge size="sm" variant="light" color={color} tt="none">
      {text}
    </Badge>
  );
  const active = layers.find((layer) => layer.active);
  const next = pending === undefined ? undefined : layers.at(-1);
  return new Map([
    ...(active ? [[active.source, badge('teal', 'active')] as const] : []),
    ...(next ? [[next.source, badge('orange', 'after a restart')] as const] : []),
  ]);
};

/** The value of a setting in each layer that sets it, the highest precedence first. */
export const LayerList = ({ layers, pending }: Pick<Setting, 'layers' | 'pending'>): ReactElement => {
  const badges = badgesOf({ layers, pending });
  return (
    <Table aria-label="Layers that set it" verticalSpacing={6} horizontalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Layer</Table.Th>
          <Table.Th scope="col">Value</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {[...layers].reverse().map(({ source, value }) => (
          <Table.Tr key={source}>
            <Table.Td className="break-all">
              {describeSource(source)} {badges.get(source)}
            </Table.Td>
            <Table.Td>
              <SettingValue value={value} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
};
