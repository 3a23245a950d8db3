import { ActionIcon, Button, Code, Group, Text, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { Icon } from './icon';

/** Options of `CopyIdButton`. */
interface CopyIdButtonProps {
  /** What the value is, in the name of the button: `user ID`. */
  readonly name: string;
  readonly value: string;
  /** Whether the name is shown beside the icon. */
  readonly isLabelled?: boolean;
}

/** A button that copies an identifier. Browsers do not allow it on a page without TLS, except on localhost. */
export const CopyIdButton = ({ name, value, isLabelled = false }: CopyIdButtonProps): ReactElement => {
  const { copied, error, copy } = useClipboard();
  const icon = <Icon name={copied ? 'check' : 'copy'} size={14} />;
  const color = copied ? 'teal' : 'gray';
  const result = copied ? 'Copied' : error === null ? null : 'The browser does not allow copying';
  const onClick = (): void => {
    copy(value);
  };
  return isLabelled ? (
    <Button size="compact-sm" variant="subtle" color={color} leftSection={icon} onClick={onClick}>
      {result ?? `Copy ${name}`}
    </Button>
  ) : (
    <>
      <Tooltip label={result ?? `Copy ${name}`}>
        <ActionIcon variant="subtle" size={24} color={color} aria-label={`Copy ${name}`} onClick={onClick}>
          {icon}
        </ActionIcon>
      </Tooltip>
      <span role="status" className="visually-hidden">
        {result}
      </span>
    </>
  );
};

/** An identifier, and a button that copies it. */
export const CopyableId = (props: Omit<CopyIdButtonProps, 'isLabelled'>): ReactElement => (
  <span className="copyable">
    <Code>{props.value}</Code>
    <CopyIdButton {...props} />
  </span>
);

/** The id of a request, by which it is found in the log, and a button to copy it. */
export const CopyableRequestId = ({ requestId }: { readonly requestId: string | null }): ReactElement | null =>
  requestId === null ? null : (
    <Group gap="xs">
      <Text size="xs" className="mono break-all">
        {requestId}
      </Text>
      <CopyIdButton name="request ID" value={requestId} isLabelled />
    </Group>
  );
