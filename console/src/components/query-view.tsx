import { Button, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Icon } from './icon';
import { QueryLoading } from './query-loading';
import { ProblemAlert } from './problem-alert';

/** Options of `QueryView`. */
interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
  /** Lines of the placeholder while loading. */
  readonly lines?: number;
}

/** Shows the data of a query, a placeholder until it is there, or its error with a button to try again. */
export const QueryView = <T,>({ query, children, lines = 4 }: QueryViewProps<T>): ReactElement => {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && <ProblemAlert error={query.error} />}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    return (
      <Stack gap="sm" align="flex-start" p="md">
        <ProblemAlert error={query.error} />
        <Button variant="default" leftSection={<Icon name="refresh" />} onClick={() => void query.refetch()}>
          Try again
        </Button>
      </Stack>
    );
  }
  return <QueryLoading lines={lines} />;
};
