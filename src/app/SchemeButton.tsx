import { useComputedColorScheme } from '@mantine/core';
import { IconMoon, IconSun } from '@tabler/icons-react';
import type { ComponentProps } from 'react';
import { IconButton } from '../ui/IconButton.tsx';

/** The button of the colour menu: shows what is on. */
export function SchemeButton(props: Omit<ComponentProps<typeof IconButton>, 'label' | 'children'>) {
  const shown = useComputedColorScheme('light');
  return (
    <IconButton {...props} label="Colours">
      {shown === 'dark' ? <IconMoon size={17} /> : <IconSun size={17} />}
    </IconButton>
  );
}
