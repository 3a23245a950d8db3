import { Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';

/** The name of the service with its mark. */
export const Logo = (): ReactElement => (
  <Group gap={10} wrap="nowrap">
    <svg width={28} height={28} viewBox="0 0 28 28" aria-hidden="true">
      <rect width={28} height={28} rx={8} fill="var(--mantine-color-brand-6)" />
      <path
        d="M8 9.500h12M8 14h7.500M8 18.500h4.500M15.500 18l2 2 4-4.500"
        fill="none"
        stroke="#fff"
        strokeWidth={2}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
    <Text fw={650} size="lg">
      Rollcall
    </Text>
  </Group>
);
