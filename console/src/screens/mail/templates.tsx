import { Code, Select, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { api, unwrap, type Schemas } from '../../api/client';
import { Card } from '../../components/page';
import { QueryView } from '../../components/query-view';
import { useFilters } from '../../components/use-filters';
import { HtmlPreview } from './html-preview';

type Kind = Schemas['Mail']['kind'];

const kinds: readonly Kind[] = [
  'email_verification',
  'password_reset',
  'magic_link',
  'inactive_warning',
  'email_change_requested',
  'email_changed',
  'password_changed',
  'account_claimed',
];

/** The active templates with sample data. */
export const Templates = (): ReactElement => {
  const [filter, setFilters] = useFilters();
  const template = kinds.find((kind) => kind === filter('template')) ?? 'email_verification';
  const preview = useQuery({
    queryKey: ['templates', template],
    queryFn: () => unwrap(api.POST('/api/v1/admin/mails/templates/preview', { body: { template } })),
  });
  return (
    <Stack gap="md">
      <Select
        label="Template"
        description={
          <>
            To use your own text, add the files <Code>templates/{template}.subject</Code>, <Code>.text</Code> and{' '}
            <Code>.html</Code> to the configuration directory.
          </>
        }
        maw={480}
        allowDeselect={false}
        data={kinds.map((kind) => ({ value: kind, label: kind.replaceAll('_', ' ') }))}
        value={template}
        onChange={(value) => {
          setFilters({ template: value });
        }}
      />
      <QueryView query={preview}>
        {({ subject, text, html }) => (
          <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
            <Card title="HTML">
              <Text size="sm" fw={600}>
                {subject}
              </Text>
              <HtmlPreview html={html} />
            </Card>
            <Card title="Text">
              <Text size="sm" fw={600}>
                {subject}
              </Text>
              <Code block className="pre">
                {text}
              </Code>
            </Card>
          </SimpleGrid>
        )}
      </QueryView>
    </Stack>
  );
};
