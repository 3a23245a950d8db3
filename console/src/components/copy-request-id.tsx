import { Button, CopyButton, Group, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon } from './icon';

/** The id of a request, by which it is found in the log, and a button to copy it. */
export const CopyRequestId = ({ requestId }: { readonly requestId: string | null }): ReactElement | null =>
  requestId === null ? null : (
    <Group gap="xs">
      <Text size="xs" className="mono break-all">
        {requestId}
      </Text>
      <CopyButton value={requestId}>
        {({ copied, copy }) => (
          <Button
            size="compact-sm"
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            leftSection={<Icon name={copied ? 'check' : 'copy'} size={14} />}
            onClick={copy}
          >
            {copied ? 'Copied' : 'Copy request ID'}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
