import { Button, Group, Popover, Select, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { api, unwrap } from '../../api/client';
import { Icon } from '../../components/icon';
import { useSearchText } from '../../components/use-search-text';
import { useCan } from '../../session/use-session';

/** Options of `UserFilters`. */
interface UserFiltersProps {
  readonly filter: (name: string) => string;
  readonly onChange: (changes: Readonly<Record<string, string | null>>) => void;
}

/** Which users are listed. */
export const UserFilters = ({ filter, onChange }: UserFiltersProps): ReactElement => {
  const [text, setText] = useSearchText(filter('q'));
  const search = useDebouncedCallback((q: string) => {
    onChange({ q: q.trim() });
  }, 250);
  const canReadRoles = useCan('roles:read');
  const roles = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: () => unwrap(api.GET('/api/v1/admin/roles', { params: { query: { limit: 100 } } })),
    enabled: canReadRoles,
  });
  return (
    <Group p="md" gap="sm" align="flex-end">
      <TextInput
        className="grow"
        aria-label="Search by username or email address"
        placeholder="Search by username or email address"
        leftSection={<Icon name="search" size={16} />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <Select
        aria-label="Status"
        placeholder="Any status"
        w={140}
        clearable
        data={['active', 'blocked', 'deleted']}
        value={filter('status') || null}
        onChange={(status) => {
          onChange({ status });
        }}
      />
      {canReadRoles && (
        <Select
          aria-label="Role"
          placeholder="Any role"
          w={150}
          clearable
          data={roles.data?.data.map(({ name }) => name) ?? []}
          value={filter('role') || null}
          onChange={(role) => {
            onChange({ role });
          }}
        />
      )}
      <MoreFilters filter={filter} onChange={onChange} />
    </Group>
  );
};

const MoreFilters = ({ filter, onChange }: UserFiltersProps): ReactElement => {
  const active = ['created_after', 'created_before', 'metadata'].filter((name) => filter(name) !== '').length;
  return (
    <Popover position="bottom-end" width={300} trapFocus shadow="md">
      <Popover.Target>
        <Button variant="default">More filters{active > 0 && ` (${String(active)})`}</Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="sm">
          <TextInput
            label="Created after"
            type="date"
            value={filter('created_after')}
            onChange={(event) => {
              onChange({ created_after: event.currentTarget.value });
            }}
          />
          <TextInput
            label="Created before"
            type="date"
            value={filter('created_before')}
            onChange={(event) => {
              onChange({ created_before: event.currentTarget.value });
            }}
          />
          <TextInput
            label="Metadata"
            description="key=value"
            placeholder="plan=pro"
            defaultValue={filter('metadata')}
            onBlur={(event) => {
              onChange({ metadata: event.currentTarget.value });
            }}
            onKeyDown={(event) => {
              if (event.key === 'Enter') onChange({ metadata: event.currentTarget.value });
            }}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
};
