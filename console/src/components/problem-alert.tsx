import { Alert, Code, Group, List, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { toProblem, type ProblemDetail } from '../api/problem';
import { CopyableRequestId } from './copyable-id';
import { Icon } from './icon';

const placeOf = ({ key, path, file, line }: ProblemDetail): string => {
  const name = key ?? path?.replace(/^\//, '') ?? '';
  const place = file ? ` (${file}${line === undefined ? '' : `, line ${String(line)}`})` : '';
  return `${name}${place}`;
};

/** An error of the API: what is wrong, its code, and the id of the request. */
export const ProblemAlert = ({ error }: { readonly error: unknown }): ReactElement => {
  const { title, detail, code, requestId, errors } = toProblem(error);
  return (
    <Alert color="red" variant="light" title={title} icon={<Icon name="alert" />} role="alert">
      {/* The detail of a validation repeats its first error. */}
      {!(code === 'validation_failed' && errors.length > 0) && (
        <Text size="sm" className="break-all">
          {detail}
        </Text>
      )}
      {errors.length > 0 && (
        <List size="sm" mt="xs" spacing={4}>
          {errors.map((each) => (
            <List.Item key={`${placeOf(each)} ${each.code} ${each.message}`}>
              {placeOf(each) !== '' && <Code>{placeOf(each)}</Code>} {each.message}
              {each.suggestion !== undefined && <> – did you mean {each.suggestion}?</>}
            </List.Item>
          ))}
        </List>
      )}
      <Group justify="space-between" mt="xs" gap="xs">
        <Code>{code}</Code>
        <CopyableRequestId requestId={requestId} />
      </Group>
    </Alert>
  );
};
