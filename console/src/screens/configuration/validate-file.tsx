import { Alert, Button, Code, FileButton, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Suspense, useState, type DragEvent, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { toProblem, type ProblemDetail } from '../../api/problem';
import { Icon } from '../../components/icon';
import { Card } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { lazyPart } from '../../components/lazy-part';
import { QueryLoading } from '../../components/query-loading';
import { ChangeRows } from '../revisions/change-rows';

const YamlEditor = lazyPart(() => import('./yaml-editor'));

const none: readonly ProblemDetail[] = [];

const Result = ({ result }: { readonly result: Schemas['ConfigValidation'] }): ReactElement => {
  const { changes, pending_restart: pending, no_effect: ineffective } = result;
  return (
    <Stack gap="md">
      <Alert color="teal" variant="light" icon={<Icon name="check" />} title="The file is valid" role="status">
        {changes.length === 0
          ? 'It would change nothing.'
          : `As local.yaml it would change ${String(changes.length)} ${changes.length === 1 ? 'setting' : 'settings'}.`}
      </Alert>
      {changes.length > 0 && (
        <ChangeRows
          label="What the file would change"
          changes={changes}
          titles={['Now', 'With this file']}
          effectOf={(key) => (pending.includes(key) ? 'after a restart' : 'at once')}
        />
      )}
      {ineffective.length > 0 && (
        <Text size="sm">
          No effect, because the environment sets them: {ineffective.map(({ key }) => key).join(', ')}.
        </Text>
      )}
    </Stack>
  );
};

/** Validates a YAML file as if it were local.yaml, and shows what it would change. Nothing is applied. */
export const ValidateFile = (): ReactElement => {
  const [text, setText] = useState('');
  const validate = useMutation({
    mutationFn: (document: string) => unwrap(api.POST('/api/v1/admin/config/validate', { body: { document } })),
  });
  const take = async (file: File | null | undefined): Promise<void> => {
    if (!file) return;
    validate.reset();
    setText(await file.text());
  };
  const problem = validate.isError ? toProblem(validate.error) : null;
  return (
    <Card title="Validate a file">
      <Text size="sm">
        Paste or drop the text of a <Code>local.yaml</Code>. It is validated with the other files and the environment;
        nothing is applied.
      </Text>
      <div
        onDragOver={(event: DragEvent) => {
          event.preventDefault();
        }}
        onDrop={(event: DragEvent) => {
          event.preventDefault();
          void take(event.dataTransfer.files[0]);
        }}
      >
        <Suspense fallback={<QueryLoading lines={4} />}>
          <YamlEditor
            label="Text of the file"
            value={text}
            errors={problem?.errors ?? none}
            onChange={(value) => {
              setText(value);
              if (!validate.isIdle) validate.reset();
            }}
          />
        </Suspense>
      </div>
      <Group gap="xs">
        <Button
          loading={validate.isPending}
          onClick={() => {
            validate.mutate(text);
          }}
        >
          Validate
        </Button>
        <FileButton accept=".yaml,.yml,text/yaml" onChange={(file) => void take(file)}>
          {(props) => (
            <Button {...props} variant="default">
              Open a file
            </Button>
          )}
        </FileButton>
      </Group>
      {problem && <ProblemAlert error={problem} />}
      {validate.data && <Result result={validate.data} />}
    </Card>
  );
};
