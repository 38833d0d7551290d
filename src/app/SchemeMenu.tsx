import { Menu, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useEffect } from 'react';
import { IconButton } from '../ui/IconButton.tsx';
import { schemeStore, type Scheme } from './scheme.ts';

const SCHEMES: readonly { readonly name: Scheme; readonly label: string; readonly icon: typeof IconSun }[] = [
  { name: 'light', label: 'Light', icon: IconSun },
  { name: 'dark', label: 'Dark', icon: IconMoon },
  { name: 'auto', label: 'As the system has it', icon: IconDeviceDesktop },
];

/** Chooses light or dark. */
export function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shown = useComputedColorScheme('light');
  useEffect(() => schemeStore.connect(setColorScheme), [setColorScheme]);
  return (
    <Menu position="bottom-end" offset={4} width={190} aria-label="Colours">
      <Menu.Target>
        <IconButton label="Colours">{shown === 'dark' ? <IconMoon size={17} /> : <IconSun size={17} />}</IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ name, label, icon: Icon }) => (
          <Menu.Item
            key={name}
            role="menuitemradio"
            aria-checked={colorScheme === name}
            leftSection={<Icon size={15} />}
            rightSection={colorScheme === name ? <IconCheck size={14} /> : undefined}
            onClick={() => setColorScheme(name)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
