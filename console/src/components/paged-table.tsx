import type { ReactElement } from 'react';
import { DataTable, type DataTableProps } from './data-table';
import { QueryView } from './query-view';
import type { Pages } from './use-pages';

/** Options of `PagedTable`. */
interface PagedTableProps<T> extends Pick<DataTableProps<T>, 'label' | 'columns' | 'rowKey' | 'empty'> {
  readonly pages: Pages<T>;
}

/** The table of a list that is loaded page by page. */
export const PagedTable = <T,>({ pages: { query, rows, onMore }, ...table }: PagedTableProps<T>): ReactElement => (
  <QueryView query={query}>
    {() => <DataTable {...table} rows={rows} onMore={onMore} isLoadingMore={query.isFetchingNextPage} />}
  </QueryView>
);
