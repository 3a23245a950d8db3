import { Badge, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { SettingValue } from './setting-value';
import { describeSource, type Setting } from './use-config';

/** The value of a setting in each layer that sets it, the highest precedence first. */
export const LayerList = ({ layers }: Pick<Setting, 'layers'>): ReactElement => (
  <Table aria-label="Layers that set it" verticalSpacing={6} horizontalSpacing="xs">
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Layer</Table.Th>
        <Table.Th scope="col">Value</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {[...layers].reverse().map(({ source, value, active }) => (
        <Table.Tr key={source}>
          <Table.Td className="break-all">
            {describeSource(source)}
            {active && (
              <Badge ml="xs" size="sm" variant="light" color="teal" tt="none">
                active
              </Badge>
            )}
          </Table.Td>
          <Table.Td>
            <SettingValue value={value} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);
