import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { describeUserAgent } from './user-agent';

/** The name of the browser of a session or an event; opening it shows the user agent. */
export const ClientName = ({ value }: { readonly value: string | null }): ReactElement => {
  const name = value === null ? 'unknown' : describeUserAgent(value);
  return name === undefined || value === null ? (
    <Text size="sm" maw={420} className="break-all">
      {name ?? value}
    </Text>
  ) : (
    <details className="client">
      <summary>
        <Text span size="sm">
          {name}
        </Text>
      </summary>
      <Text size="xs" c="dimmed" className="mono break-all">
        {value}
      </Text>
    </details>
  );
};
