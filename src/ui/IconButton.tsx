import { ActionIcon, Tooltip, type ActionIconProps } from '@mantine/core';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import { shortcutAria, shortcutText } from './shortcut.ts';
import classes from './IconButton.module.css';

interface IconButtonProps
  extends ActionIconProps, Omit<ComponentPropsWithRef<'button'>, keyof ActionIconProps | 'children' | 'aria-label'> {
  /** Says what the button does: its accessible name and its tooltip. */
  readonly label: string;
  /** e.g. `Mod+Z`; shown in the tooltip. The button does not listen for it. */
  readonly shortcut?: string | undefined;
  /** A further sentence for the tooltip, e.g. why it is disabled. */
  readonly hint?: string | undefined;
  /** Shows that the thing it toggles is on. */
  readonly pressed?: boolean | undefined;
  readonly children: ReactNode;
}

/**
 * A button with an icon alone. It stays focusable when disabled (`data-disabled`), so that its tooltip can say why.
 */
export function IconButton({ label, shortcut, hint, pressed, disabled, children, onClick, ...rest }: IconButtonProps) {
  const off = disabled === true;
  const text = (
    <span>
      {label}
      {shortcut !== undefined && <span style={{ opacity: 0.7, marginInlineStart: 8 }}>{shortcutText(shortcut)}</span>}
      {hint !== undefined && <span style={{ display: 'block', opacity: 0.8 }}>{hint}</span>}
    </span>
  );
  return (
    // What the button has opened must not be covered by its name.
    <Tooltip label={text} maw={280} disabled={rest['aria-expanded'] === true}>
      <ActionIcon
        {...rest}
        className={rest.className === undefined ? (classes.button ?? '') : `${classes.button} ${rest.className}`}
        aria-label={label}
        aria-keyshortcuts={shortcut === undefined ? undefined : shortcutAria(shortcut)}
        aria-pressed={pressed}
        {...(off ? { 'aria-disabled': true, 'data-disabled': true } : {})}
        variant={rest.variant ?? (pressed === true ? 'light' : 'subtle')}
        color={rest.color ?? (pressed === true ? 'water' : 'gray')}
        onClick={off ? (event) => event.preventDefault() : onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
