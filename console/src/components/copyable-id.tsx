import { ActionIcon, Button, Code, CopyButton, Group, Text, Tooltip } from '@mantine/core';
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

/** A button that copies an identifier. */
export const CopyIdButton = ({ name, value, isLabelled = false }: CopyIdButtonProps): ReactElement => (
  <CopyButton value={value}>
    {({ copied, copy }) => {
      const icon = <Icon name={copied ? 'check' : 'copy'} size={14} />;
      const color = copied ? 'teal' : 'gray';
      const text = copied ? 'Copied' : `Copy ${name}`;
      return isLabelled ? (
        <Button size="compact-sm" variant="subtle" color={color} leftSection={icon} onClick={copy}>
          {text}
        </Button>
      ) : (
        <>
          <Tooltip label={text}>
            <ActionIcon variant="subtle" size={24} color={color} aria-label={`Copy ${name}`} onClick={copy}>
              {icon}
            </ActionIcon>
          </Tooltip>
          <span role="status" className="visually-hidden">
            {copied && 'Copied'}
          </span>
        </>
      );
    }}
  </CopyButton>
);

/** An identifier, and a button that copies it. */
export const CopyableId = (props: Omit<CopyIdButtonProps, 'isLabelled'>): ReactElement => (
  <span className="copyable">
    <Code className="break-all">{props.value}</Code>
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
