import { Code, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { toProblem } from '../api/problem';
import { CopyableRequestId } from './copyable-id';

/** Shows an error of an action that has no dialog; it stays until it is closed, so that the request ID can be copied. */
export const showProblem = (error: unknown): void => {
  const { title, message, code, requestId } = toProblem(error);
  notifications.show({
    color: 'red',
    title,
    autoClose: false,
    message: (
      <>
        {message !== title && (
          <Text size="sm" className="break-all">
            {message}
          </Text>
        )}
        <Group justify="space-between" mt={4} gap="xs">
          <Code>{code}</Code>
          <CopyableRequestId requestId={requestId} />
        </Group>
      </>
    ),
  });
};
