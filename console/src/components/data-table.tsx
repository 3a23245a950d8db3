import { Button, Center, Stack, Table, Text } from '@mantine/core';
import type { Key, ReactElement, ReactNode } from 'react';

/** One column of a table. */
export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  /** Aligns numbers at the right. */
  readonly isNumber?: boolean;
}

/** Options of `DataTable`. */
export interface DataTableProps<T> {
  /** What the rows are, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => Key;
  /** Replaces an empty table, and suggests what to do next. */
  readonly empty: ReactNode;
  /** Loads the next page; absent on the last page. */
  readonly onMore?: (() => void) | undefined;
  readonly isLoadingMore?: boolean;
}

/** A table that scrolls sideways on a narrow screen. */
export const DataTable = <T,>({
  label,
  columns,
  rows,
  rowKey,
  empty,
  onMore,
  isLoadingMore = false,
}: DataTableProps<T>): ReactElement => {
  if (rows.length === 0) {
    return (
      <Center p="xl">
        <Text size="sm" c="dimmed" ta="center" component="div" maw={480}>
          {empty}
        </Text>
      </Center>
    );
  }
  return (
    <Stack gap={0}>
      <div className="scroll-region" role="group" aria-label={label} tabIndex={0}>
        <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, isNumber }) => (
                <Table.Th key={title} className="nowrap" ta={isNumber === true ? 'right' : 'left'}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={rowKey(row)}>
                {columns.map(({ title, cell, isNumber }) => (
                  <Table.Td key={title} ta={isNumber === true ? 'right' : 'left'}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {onMore && (
        <Center p="md">
          <Button variant="default" onClick={onMore} loading={isLoadingMore}>
            Load more
          </Button>
        </Center>
      )}
    </Stack>
  );
};
