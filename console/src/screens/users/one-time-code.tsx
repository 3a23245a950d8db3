import { Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { serviceUrl } from '../../api/base';
import { Time } from '../../components/time';

/** Options of `OneTimeCode`. */
interface OneTimeCodeProps {
  readonly username: string;
  /** Null if it was shown before. */
  readonly token: string | null;
  readonly expiresAt: string;
  readonly onClose: () => void;
}

/** A code with which a user sets a password: it is shown once. */
export const OneTimeCode = ({ username, token, expiresAt, onClose }: OneTimeCodeProps): ReactElement => {
  if (token === null) {
    return <Text size="sm">The link was already shown. Reset the password again to get a new one.</Text>;
  }
  const link = `${serviceUrl}/reset-password#token=${encodeURIComponent(token)}`;
  return (
    <Stack gap="md">
      <Text size="sm">
        Give this link to <strong>{username}</strong> to set a password. It works once, until <Time value={expiresAt} />
        , and is not shown again.
      </Text>
      <Code block className="break-all">
        {link}
      </Code>
      <Group justify="space-between">
        <CopyButton value={link}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} data-autofocus>
              {copied ? 'Copied' : 'Copy link'}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
};
