import { ActionIcon, Button, Code, Group, Text, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useEffect, type ReactElement } from 'react';
import { Icon } from './icon';

/** Options of `CopyIdButton`. */
interface CopyIdButtonProps {
  /** What the value is, such as `user ID`; part of the label. */
  readonly name: string;
  readonly value: string;
  /** Whether the name is shown beside the icon. */
  readonly isLabelled?: boolean;
}

/** How long the result is shown, in milliseconds. */
const resultMs = 3_000;

/** A button that copies an identifier. Browsers allow copying only in a secure context: HTTPS, or localhost. */
export const CopyIdButton = ({ name, value, isLabelled = false }: CopyIdButtonProps): ReactElement => {
  const { copied, error, copy, reset } = useClipboard({ timeout: resultMs });
  const icon = <Icon name={copied ? 'check' : 'copy'} size={14} />;
  const color = copied ? 'teal' : 'gray';
  const result = copied ? 'Copied' : error === null ? null : 'The browser does not allow copying';
  const label = `Copy ${name}`;
  const onClick = (): void => {
    copy(value);
  };

  useEffect(() => {
    if (error === null) return undefined;
    const timer = setTimeout(reset, resultMs);
    return () => {
      clearTimeout(timer);
    };
  }, [error]);

  const common = { variant: 'subtle', color, 'aria-label': label, onClick };
  return (
    <>
      {isLabelled ? (
        <Button size="compact-sm" leftSection={icon} {...common}>
          {result ?? label}
        </Button>
      ) : (
        <Tooltip label={result ?? label}>
          <ActionIcon size={24} {...common}>
            {icon}
          </ActionIcon>
        </Tooltip>
      )}
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
