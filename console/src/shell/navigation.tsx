import { NavLink, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { Link, useLocation } from 'wouter';
import { Icon } from '../components/icon';
import { screensFor } from '../screens/registry';
import type { Permission } from '../session/use-session';

/** The menu: the screens that the user may see, by group. */
export const Navigation = ({ permissions }: { readonly permissions: ReadonlySet<Permission> }): ReactElement => {
  const [location] = useLocation();
  const visible = screensFor(permissions);
  const groups = [...new Set(visible.map(({ group }) => group))];
  const current = location.split('/')[1] ?? '';
  return (
    <Stack gap="lg" component="ul" m={0} p={0} className="plain-list">
      {groups.map((group) => (
        <li key={group}>
          <Text size="xs" fw={600} c="dimmed" px={10} mb={4}>
            {group}
          </Text>
          <ul className="plain-list">
            {visible
              .filter((screen) => screen.group === group)
              .map(({ name, title, icon }) => (
                <li key={name}>
                  <NavLink
                    component={Link}
                    href={`/${name}`}
                    label={title}
                    active={current === name}
                    aria-current={current === name ? 'page' : undefined}
                    leftSection={<Icon name={icon} />}
                    className="nav-link"
                  />
                </li>
              ))}
          </ul>
        </li>
      ))}
    </Stack>
  );
};
