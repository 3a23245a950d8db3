import { Skeleton, Stack } from '@mantine/core';
import type { ReactElement } from 'react';

/** A placeholder while something loads. */
export const QueryLoading = ({ lines = 4 }: { readonly lines?: number }): ReactElement => (
  <Stack gap="xs" role="status" aria-label="Loading" p="md">
    {Array.from({ length: lines }, (_, index) => (
      <Skeleton key={index} height={36} />
    ))}
  </Stack>
);
