import { Button, Center, Checkbox, Group, Menu, Stack, Table, Text } from '@mantine/core';
import {
  columnVisibilityFeature,
  rowSelectionFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
} from '@tanstack/react-table';
import { useMemo, type ReactElement, type ReactNode } from 'react';
import type { Schemas } from '../../api/client';
import { Icon } from '../../components/icon';

type User = Schemas['AdminUser'];

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });

/** One column of the list of users. */
export interface UserColumn {
  readonly id: string;
  readonly title: string;
  readonly cell: (user: User) => ReactNode;
}

/** Options of `UserTable`. */
interface UserTableProps {
  readonly columns: readonly UserColumn[];
  /** Ids of the columns that are not shown. */
  readonly hidden: readonly string[];
  readonly onHide: (ids: readonly string[]) => void;
  readonly rows: readonly User[];
  /** Ids of the selected users; undefined if the viewer cannot change users. */
  readonly selected: ReadonlySet<string> | undefined;
  readonly onSelect: (ids: ReadonlySet<string>) => void;
  readonly onMore: (() => void) | undefined;
  readonly isLoadingMore: boolean;
  readonly empty: ReactNode;
}

/** The list of users. Columns can be hidden, and users can be selected. */
export const UserTable = ({
  columns,
  hidden,
  onHide,
  rows,
  selected,
  onSelect,
  onMore,
  isLoadingMore,
  empty,
}: UserTableProps): ReactElement => {
  const columnVisibility = Object.fromEntries(hidden.map((id) => [id, false]));
  const definitions = useMemo(
    () =>
      columns.map(({ id, title, cell }): ColumnDef<typeof features, User> => ({
        id,
        header: title,
        enableHiding: id !== 'username',
        cell: ({ row }) => cell(row.original),
      })),
    [columns],
  );
  const rowSelection = useMemo(
    () => Object.fromEntries([...(selected ?? [])].map((id) => [id, true as const])),
    [selected],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: ({ id }) => id,
    state: { columnVisibility, rowSelection },
    onColumnVisibilityChange: (update) => {
      const next = typeof update === 'function' ? update(columnVisibility) : update;
      onHide(Object.keys(next).filter((id) => next[id] === false));
    },
    onRowSelectionChange: (update) => {
      const next = typeof update === 'function' ? update(rowSelection) : update;
      onSelect(new Set(Object.keys(next).filter((id) => next[id])));
    },
  });

  if (rows.length === 0) {
    return (
      <Center p="xl">
        <Text c="dimmed" component="div">
          {empty}
        </Text>
      </Center>
    );
  }
  return (
    <Stack gap={0}>
      <div className="scroll-region" role="group" aria-label="Users" tabIndex={0}>
        <Table verticalSpacing="sm" horizontalSpacing="md" highlightOnHover>
          <Table.Thead>
            {table.getHeaderGroups().map((group) => (
              <Table.Tr key={group.id}>
                {selected && (
                  <Table.Th w={48}>
                    <Checkbox
                      aria-label="Select all users"
                      checked={table.getIsAllRowsSelected()}
                      indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
                      onChange={table.getToggleAllRowsSelectedHandler()}
                    />
                  </Table.Th>
                )}
                {group.headers.map((header) => (
                  <Table.Th key={header.id} className="nowrap">
                    <table.FlexRender header={header} />
                  </Table.Th>
                ))}
                <Table.Th w={48}>
                  <Menu position="bottom-end" closeOnItemClick={false}>
                    <Menu.Target>
                      <Button variant="subtle" color="gray" size="compact-sm" aria-label="Columns">
                        <Icon name="columns" size={16} />
                      </Button>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Label>Columns</Menu.Label>
                      {table
                        .getAllLeafColumns()
                        .filter((column) => column.getCanHide())
                        .map((column) => (
                          <Menu.CheckboxItem
                            key={column.id}
                            checked={column.getIsVisible()}
                            onChange={(isVisible) => {
                              column.toggleVisibility(isVisible);
                            }}
                          >
                            {columns.find(({ id }) => id === column.id)?.title}
                          </Menu.CheckboxItem>
                        ))}
                    </Menu.Dropdown>
                  </Menu>
                </Table.Th>
              </Table.Tr>
            ))}
          </Table.Thead>
          <Table.Tbody>
            {table.getRowModel().rows.map((row) => (
              <Table.Tr key={row.id}>
                {selected && (
                  <Table.Td>
                    <Checkbox
                      aria-label={`Select ${row.original.username}`}
                      checked={row.getIsSelected()}
                      onChange={row.getToggleSelectedHandler()}
                    />
                  </Table.Td>
                )}
                {row.getVisibleCells().map((cell) => (
                  <Table.Td key={cell.id}>
                    <table.FlexRender cell={cell} />
                  </Table.Td>
                ))}
                <Table.Td />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {onMore && (
        <Group justify="center" p="md">
          <Button variant="default" onClick={onMore} loading={isLoadingMore}>
            Load more
          </Button>
        </Group>
      )}
    </Stack>
  );
};
