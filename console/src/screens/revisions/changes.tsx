import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useState, type ReactElement } from 'react';
import { api, unwrap } from '../../api/client';
import { lazyPart } from '../../components/lazy-part';
import { QueryLoading } from '../../components/query-loading';
import { QueryView } from '../../components/query-view';
import { ChangeRows, type ChangeRowsProps } from './change-rows';

const YamlDiff = lazyPart(() => import('./yaml-diff'));

/** Options of `ChangeTable`. */
type ChangeTableProps = Pick<ChangeRowsProps, 'changes' | 'titles'>;

const ChangeTable = ({ changes, titles }: ChangeTableProps): ReactElement => {
  const [isYaml, setYaml] = useState(false);
  if (changes.length === 0) return <Text size="sm">No setting differs.</Text>;
  return (
    <Stack gap="md">
      <SegmentedControl
        size="xs"
        aria-label="View"
        className="start"
        value={isYaml ? 'yaml' : 'table'}
        data={[
          { value: 'table', label: 'Table' },
          { value: 'yaml', label: 'YAML' },
        ]}
        onChange={(view) => {
          setYaml(view === 'yaml');
        }}
      />
      {isYaml ? (
        <Suspense fallback={<QueryLoading />}>
          <YamlDiff changes={changes} titles={titles} />
        </Suspense>
      ) : (
        <ChangeRows label="Changes" changes={changes} titles={titles} />
      )}
    </Stack>
  );
};

/** What a revision changed. */
export const RevisionChanges = ({ revision }: { readonly revision: string }): ReactElement => {
  const query = useQuery({
    queryKey: ['revisions', revision],
    queryFn: () => unwrap(api.GET('/api/v1/admin/config/revisions/{n}', { params: { path: { n: revision } } })),
  });
  return (
    <QueryView query={query}>
      {({ changes }) => <ChangeTable changes={changes} titles={['Before', 'After']} />}
    </QueryView>
  );
};

/** How two revisions differ. */
export const Comparison = ({ from, to }: { readonly from: string; readonly to: string }): ReactElement => {
  const query = useQuery({
    queryKey: ['revisions', 'compare', from, to],
    queryFn: () => unwrap(api.GET('/api/v1/admin/config/compare', { params: { query: { from, to } } })),
  });
  return (
    <QueryView query={query}>
      {({ changes }) => <ChangeTable changes={changes} titles={[`Revision ${from}`, `Revision ${to}`]} />}
    </QueryView>
  );
};
