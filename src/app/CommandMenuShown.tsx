import { Menu } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { shortcutAria, shortcutText } from '../ui/shortcut.ts';
import { perform, useCommand, type Command } from './commands/command.ts';

export interface CommandMenuProps {
  /** Opens the menu. */
  readonly target: ReactNode;
  /** Groups of commands; a line between two of them. */
  readonly groups: readonly (readonly Command[])[];
  readonly label: string;
}

/** Commands as a menu. */
export function CommandMenuShown({ target, groups, label }: CommandMenuProps) {
  return (
    <Menu position="bottom-start" offset={4} width={264} aria-label={label}>
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown>
        {groups.map((commands, index) => (
          <div key={commands[0]?.id ?? index} role="group">
            {index > 0 && <Menu.Divider />}
            {commands.map((command) => (
              <CommandItem key={command.id} command={command} />
            ))}
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function CommandItem({ command }: { readonly command: Command }) {
  const { label, possible, checked } = useCommand(command);
  const Icon = command.icon;
  const shortcut = command.shortcuts?.[0];
  const toggles = command.checked !== undefined;
  return (
    <Menu.Item
      leftSection={toggles && checked ? <IconCheck size={15} /> : <Icon size={15} />}
      rightSection={shortcut === undefined ? undefined : <kbd>{shortcutText(shortcut)}</kbd>}
      aria-keyshortcuts={shortcut === undefined ? undefined : shortcutAria(shortcut)}
      {...(toggles ? { role: 'menuitemcheckbox', 'aria-checked': checked } : {})}
      disabled={!possible}
      onClick={() => void perform(command)}
    >
      {label}
    </Menu.Item>
  );
}
