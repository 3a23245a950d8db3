import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { SettingValue } from '../configuration/setting-value';

/** One setting with two values. */
export interface Change {
  readonly key: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Options of `ChangeRows`. */
export interface ChangeRowsProps {
  /** Describes the changes to screen readers. */
  readonly label: string;
  readonly changes: readonly Change[];
  readonly titles: readonly [from: string, to: string];
  /** When a change of a key takes effect, in another column. */
  readonly effectOf?: (key: string) => string;
}

/** A table of settings with two values. */
export const ChangeRows = ({ label, changes, titles, effectOf }: ChangeRowsProps): ReactElement => (
  <div className="scroll-region" role="group" aria-label={label} tabIndex={0}>
    <Table verticalSpacing="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Key</Table.Th>
          <Table.Th>{titles[0]}</Table.Th>
          <Table.Th>{titles[1]}</Table.Th>
          {effectOf && <Table.Th>Takes effect</Table.Th>}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ key, from, to }) => (
          <Table.Tr key={key}>
            <Table.Td className="mono">{key}</Table.Td>
            <Table.Td>
              <SettingValue value={from} />
            </Table.Td>
            <Table.Td>
              <SettingValue value={to} />
            </Table.Td>
            {effectOf && <Table.Td>{effectOf(key)}</Table.Td>}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
);
