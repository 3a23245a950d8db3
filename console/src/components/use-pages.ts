import { useInfiniteQuery, type InfiniteData, type UseInfiniteQueryResult } from '@tanstack/react-query';

/** One page of a list of the API. */
interface ApiPage<T> {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
}

/** A list that is loaded page by page. */
export interface Pages<T> {
  readonly query: UseInfiniteQueryResult<InfiniteData<ApiPage<T>>>;
  readonly rows: readonly T[];
  readonly onMore: (() => void) | undefined;
}

/**
 * Loads a list of the API page by page.
 * @param refetchMs how often the list is loaded again while the tab is visible and only the first page is loaded, in
 * milliseconds; never by default
 */
export const usePages = <T>(
  key: readonly unknown[],
  load: (cursor: string | undefined) => Promise<ApiPage<T>>,
  refetchMs?: number,
): Pages<T> => {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: (previous) => previous,
    refetchInterval: ({ state }) =>
      refetchMs !== undefined && (state.data?.pages.length ?? 0) <= 1 ? refetchMs : false,
  });
  return {
    query,
    rows: query.data?.pages.flatMap(({ data }) => data) ?? [],
    onMore: query.hasNextPage ? () => void query.fetchNextPage() : undefined,
  };
};
