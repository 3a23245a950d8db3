import { Button, Code, Group, Text } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { serviceUrl } from '../../api/base';
import { Icon } from '../../components/icon';
import { Card } from '../../components/page';
import { session } from '../../session/session';

/** How to use the API and the command line as this user. */
export const AccessToken = (): ReactElement => {
  const clipboard = useClipboard({ timeout: 3_000 });
  const copy = async (): Promise<void> => {
    const token = await session.accessToken();
    if (token !== null) clipboard.copy(token);
  };
  return (
    <Card
      title="Your access token"
      actions={
        <Button
          variant="default"
          leftSection={<Icon name={clipboard.copied ? 'check' : 'copy'} size={16} />}
          onClick={() => void copy()}
        >
          {clipboard.copied ? 'Copied' : 'Copy access token'}
        </Button>
      }
    >
      <Text size="sm">
        The token has your permissions and expires within minutes. It ends with the session of this console.
      </Text>
      {clipboard.error !== null && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          The browser does not allow copying. Open the console over HTTPS.
        </Text>
      )}
      <Group gap="xs">
        <Code block className="pre">
          {`curl -H "Authorization: Bearer $ROLLCALL_TOKEN" ${serviceUrl}/api/v1/admin/me`}
        </Code>
        <Code block className="pre">{`rollcall login --url ${serviceUrl}`}</Code>
      </Group>
    </Card>
  );
};
