import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { describeUserAgent } from './user-agent';

/** The browser of a session or an event in words; its tooltip is the user agent that it has sent. */
export const ClientName = ({ value }: { readonly value: string | null }): ReactElement => (
  <Text size="sm" lineClamp={2} maw={420} title={value ?? ''}>
    {value === null ? 'unknown' : (describeUserAgent(value) ?? value)}
  </Text>
);
