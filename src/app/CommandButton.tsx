import { IconButton } from '../ui/IconButton.tsx';
import { perform, useCommand, type Command } from './commands/command.ts';

interface CommandButtonProps {
  readonly command: Command;
  /** Side of the icon in CSS pixels. */
  readonly size?: number;
}

/** A command as a button with its icon. */
export function CommandButton({ command, size = 17 }: CommandButtonProps) {
  const { label, possible, checked } = useCommand(command);
  const Icon = command.icon;
  return (
    <IconButton
      label={label}
      shortcut={command.shortcuts?.[0]}
      disabled={!possible}
      pressed={command.checked === undefined ? undefined : checked}
      onClick={() => void perform(command)}
    >
      <Icon size={size} />
    </IconButton>
  );
}
