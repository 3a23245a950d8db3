import { Alert, List, SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, type ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { Icon } from '../../components/icon';
import { lazyPart } from '../../components/lazy-part';
import { QueryLoading } from '../../components/query-loading';
import { QueryView } from '../../components/query-view';
import { useFilters } from '../../components/use-filters';

const YamlEditor = lazyPart(() => import('./yaml-editor'));

type File = Schemas['ConfigFile'];

const FileView = ({ file }: { readonly file: File }): ReactElement => (
  <Stack gap="md">
    {file.errors.length > 0 && (
      <Alert color="red" variant="light" icon={<Icon name="alert" />} title="This file was rejected">
        <List size="sm" spacing={4}>
          {file.errors.map(({ line, message, key }) => (
            <List.Item key={`${String(line)} ${key ?? ''} ${message}`}>
              {line !== undefined && `Line ${String(line)}: `}
              {key} {message}
            </List.Item>
          ))}
        </List>
      </Alert>
    )}
    {file.document === null ? (
      <Text size="sm" c="dimmed">
        The file cannot be parsed, or it uses aliases, so it is not known which parts are secret.
      </Text>
    ) : (
      <Suspense fallback={<QueryLoading />}>
        <YamlEditor key={file.name} label={file.name} value={file.document} errors={file.errors} />
      </Suspense>
    )}
  </Stack>
);

/** The configuration files, read-only, with their errors. */
export const ConfigFiles = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const query = useQuery({
    queryKey: ['config', 'files'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/config/files')),
    refetchInterval: 5_000,
  });
  return (
    <QueryView query={query}>
      {({ data }) => {
        const file = data.find(({ name }) => name === filter('file')) ?? data.at(-1);
        return (
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              Later files take precedence. Secrets and comments are masked.
            </Text>
            <SegmentedControl
              className="start"
              aria-label="File"
              value={file?.name ?? ''}
              data={data.map(({ name }) => name)}
              onChange={(name) => {
                setFilters({ file: name });
              }}
            />
            {file && <FileView file={file} />}
          </Stack>
        );
      }}
    </QueryView>
  );
};
