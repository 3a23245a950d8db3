import { Avatar, Menu, UnstyledButton } from '@mantine/core';
import type { ReactElement } from 'react';
import { useLocation } from 'wouter';
import { Icon } from '../components/icon';
import { session } from '../session/session';

/** Shows who is logged in, and the button to log out. */
export const AccountMenu = ({ username }: { readonly username: string }): ReactElement => {
  const [, navigate] = useLocation();
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${username}`} className="avatar-button">
          <Avatar size={34} radius="xl" color="brand">
            <span className="initials" data-initials={username.slice(0, 2).toUpperCase()} />
          </Avatar>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className="break-all">{username}</Menu.Label>
        <Menu.Item
          leftSection={<Icon name="code" />}
          onClick={() => {
            navigate('/account');
          }}
        >
          API and sessions
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="logout" />} onClick={() => void session.logOut().catch(() => undefined)}>
          Log out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
