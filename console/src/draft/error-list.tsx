import { Alert, Code, List } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ProblemDetail } from '../api/problem';
import { Icon } from '../components/icon';

/** Errors of settings that are not shown next to a value; nothing without errors. */
export const ErrorList = ({ errors }: { readonly errors: readonly ProblemDetail[] }): ReactElement | null =>
  errors.length === 0 ? null : (
    <Alert color="red" variant="light" icon={<Icon name="alert" />} title="This change cannot be applied">
      <List size="sm" spacing={4}>
        {errors.map(({ key, message }) => (
          <List.Item key={`${key ?? ''} ${message}`}>
            {typeof key === 'string' && <Code>{key}</Code>} {message}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
