import { ActionIcon, Menu, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import type { ReactElement } from 'react';
import { Icon, type IconName } from '../components/icon';
import { setUtc, useUtc } from '../components/time-zone';

const choices: readonly { readonly scheme: MantineColorScheme; readonly label: string; readonly icon: IconName }[] = [
  { scheme: 'light', label: 'Light', icon: 'sun' },
  { scheme: 'dark', label: 'Dark', icon: 'moon' },
  { scheme: 'auto', label: 'Same as the system', icon: 'device' },
];

/** Selects light mode, dark mode or that of the system, and how times are shown. */
export const ColorSchemeMenu = (): ReactElement => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isUtc = useUtc();
  const current = choices.find(({ scheme }) => scheme === colorScheme);
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Appearance">
          <Icon name={current?.icon ?? 'device'} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map(({ scheme, label, icon }) => (
          <Menu.RadioItem
            key={scheme}
            value={scheme}
            checked={scheme === colorScheme}
            closeMenuOnClick
            rightSection={<Icon name={icon} />}
            onChange={() => {
              setColorScheme(scheme);
            }}
          >
            {label}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.CheckboxItem checked={isUtc} onChange={setUtc} closeMenuOnClick>
          Exact times in UTC
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  );
};
