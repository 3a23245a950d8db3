import { Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { api, unwrap } from '../api/client';
import { useCan } from '../session/use-session';
import { useUsername } from './person';

/** Pause after the last key press before users are searched, in milliseconds. */
const pauseMs = 250;

const idPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Options of `UserSelect`. */
interface UserSelectProps {
  readonly name: string;
  readonly label: string;
  /** ID of the selected user; empty for none. */
  readonly value: string;
  readonly onChange: (id: string | null) => void;
}

/**
 * Selects a user by a part of the username or email address; the value is the ID. An ID can be entered too, because erased users
 * have no name. Without the permission to read users, only an ID can be entered.
 */
export const UserSelect = (props: UserSelectProps): ReactElement =>
  useCan('users:read') ? (
    <SearchedUser {...props} />
  ) : (
    <TextInput
      name={props.name}
      className="grow"
      label={props.label}
      placeholder="ID of a user"
      defaultValue={props.value}
    />
  );

const SearchedUser = ({ name, label, value, onChange }: UserSelectProps): ReactElement => {
  const [search, setSearch] = useState('');
  const [settled] = useDebouncedValue(search.trim(), pauseMs);
  const selected = useUsername(value === '' ? null : value) ?? value;
  const isSearched = settled !== '' && settled !== selected && !idPattern.test(settled);
  const found = useQuery({
    queryKey: ['users', 'named', settled],
    queryFn: () => unwrap(api.GET('/api/v1/admin/users', { params: { query: { q: settled, limit: 10 } } })),
    enabled: isSearched,
    placeholderData: keepPreviousData,
  });
  const users = new Map(isSearched ? found.data?.data.map(({ id, username }) => [id, username]) : []);
  if (idPattern.test(settled)) users.set(settled.toLowerCase(), settled);
  if (value !== '') users.set(value, selected);
  return (
    <Select
      name={name}
      className="grow"
      label={label}
      placeholder="part of a username"
      searchable
      clearable
      selectFirstOptionOnChange
      nothingFoundMessage={settled === '' || found.isFetching ? undefined : 'No user matches'}
      filter={({ options }) => options}
      data={[...users].map(([id, username]) => ({ value: id, label: username }))}
      value={value === '' ? null : value}
      onChange={onChange}
      onSearchChange={setSearch}
    />
  );
};
