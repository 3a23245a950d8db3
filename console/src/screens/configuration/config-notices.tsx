import { Alert, Code, List } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon';
import { Time } from '../../components/time';
import type { Config } from './use-config';

/** What is unusual about the configuration: rejected files, a rollback, settings that wait for a restart. */
export const ConfigNotices = ({ config }: { readonly config: Config }): ReactElement => {
  const { last_error: rejected, rollback, pending_restart: pending } = config;
  return (
    <>
      {rejected && (
        <Alert color="red" variant="light" icon={<Icon name="alert" />} title="The files are invalid and were rejected">
          <Time value={rejected.at} />. The last valid configuration stays active.
          <List size="sm" mt="xs" spacing={4}>
            {rejected.errors.map(({ key, file, line, message }) => (
              <List.Item key={`${key ?? ''} ${file ?? ''} ${message}`}>
                {key !== null && <Code>{key}</Code>} {message}
                {file !== null && ` (${file}${line === undefined ? '' : `, line ${String(line)}`})`}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {rollback && (
        <Alert
          color="orange"
          variant="light"
          icon={<Icon name="history" />}
          title={`Rolled back to revision ${String(rollback.revision)}`}
        >
          Since <Time value={rollback.since} />, the values of that revision override the files.
        </Alert>
      )}
      {pending.length > 0 && (
        <Alert color="orange" variant="light" icon={<Icon name="refresh" />} title="Waiting for a restart">
          {pending.map((key) => (
            <Code key={key} mr={6}>
              {key}
            </Code>
          ))}
        </Alert>
      )}
    </>
  );
};
