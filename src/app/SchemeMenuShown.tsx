import { Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import type { Scheme } from './scheme.ts';
import { SchemeButton } from './SchemeButton.tsx';

const SCHEMES: readonly { readonly name: Scheme; readonly label: string; readonly icon: typeof IconSun }[] = [
  { name: 'light', label: 'Light', icon: IconSun },
  { name: 'dark', label: 'Dark', icon: IconMoon },
  { name: 'auto', label: 'As the system has it', icon: IconDeviceDesktop },
];

export function SchemeMenuShown() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" offset={4} width={190} aria-label="Colours">
      <Menu.Target>
        <SchemeButton />
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
