import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useLayoutEffect, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { api, unwrap } from '../api/client';
import { Icon } from '../components/icon';
import { findSettings } from '../screens/configuration/find-settings';
import { useConfig } from '../screens/configuration/use-config';
import { screensFor } from '../screens/registry';
import type { Permission } from '../session/use-session';
import { paletteStore } from './palette-store';

/** Maximum number of entries in each group. */
const limit = 8;

const entries = '.mantine-Spotlight-actionsList [data-action]';

/**
 * Selects the first entry, so that Enter opens it. The palette itself does this only for entries that exist when a key
 * is pressed.
 */
const selectFirst = (): void => {
  for (const entry of document.querySelectorAll(entries)) entry.removeAttribute('data-selected');
  document.querySelector(entries)?.setAttribute('data-selected', 'true');
  paletteStore.updateState((state) => ({ ...state, selected: 0 }));
};

/** Opens the first entry if Enter is pressed before the palette knows its new list, or before one is selected. */
const openFirst = ({ key }: KeyboardEvent): void => {
  const list = document.getElementById(paletteStore.getState().listId);
  if (key === 'Enter' && !list?.querySelector('[data-selected]')) document.querySelector<HTMLElement>(entries)?.click();
};

/** Finds screens, users and settings by name. */
const Palette = ({ permissions }: { readonly permissions: ReadonlySet<Permission> }): ReactElement => {
  const [text, setText] = useState('');
  const [debounced] = useDebouncedValue(text.trim(), 200);
  const [, navigate] = useLocation();
  const isSearch = debounced.length > 1;

  const users = useQuery({
    queryKey: ['users', 'palette', debounced],
    queryFn: () => unwrap(api.GET('/api/v1/admin/users', { params: { query: { q: debounced, limit } } })),
    enabled: isSearch && permissions.has('users:read'),
  });
  const config = useConfig(isSearch && permissions.has('config:read'));

  // Not before the users above them, which would move the entry that Enter opens.
  const settings =
    isSearch && !users.isLoading ? findSettings(config.data?.settings ?? [], debounced).slice(0, limit) : [];
  const groups: SpotlightActionGroupData[] = [
    {
      group: 'Screens',
      actions: screensFor(permissions)
        .filter(({ title }) => title.toLowerCase().includes(text.trim().toLowerCase()))
        .map(({ name, title, icon }): SpotlightActionData => ({
          id: `screen ${name}`,
          label: title,
          leftSection: <Icon name={icon} />,
          onClick: () => {
            navigate(`/${name}`);
          },
        })),
    },
    {
      group: 'Users',
      actions: (isSearch ? (users.data?.data ?? []) : []).map(({ id, username, email }) => ({
        id: `user ${id}`,
        label: username,
        description: email ?? '',
        leftSection: <Icon name="users" />,
        onClick: () => {
          navigate(`/users/${id}`);
        },
      })),
    },
    {
      group: 'Settings',
      actions: settings.map(({ key, description }) => ({
        id: `setting ${key}`,
        label: key,
        description,
        leftSection: <Icon name="sliders" />,
        onClick: () => {
          navigate(`/configuration?q=${encodeURIComponent(key)}&key=${encodeURIComponent(key)}`);
        },
      })),
    },
  ];

  const shown = groups.flatMap(({ actions }) => actions.map(({ id }) => id)).join(' ');
  // Before the list is painted: an early Enter opens what is visible.
  useLayoutEffect(selectFirst, [shown]);

  return (
    <Spotlight
      store={paletteStore}
      actions={groups.filter(({ actions }) => actions.length > 0)}
      query={text}
      onQueryChange={setText}
      filter={(_query, actions) => actions}
      nothingFound="Nothing found"
      // The frame listens to the key, so that it works before this script is loaded.
      shortcut={null}
      attributes={{ content: { 'aria-label': 'Search' } }}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <Icon name="search" />,
        placeholder: 'Search screens, users and settings',
        'aria-label': 'Search screens, users and settings',
        onKeyDown: openFirst,
      }}
    />
  );
};

export default Palette;
