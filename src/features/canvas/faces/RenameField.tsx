import { useEffect, useRef, type KeyboardEvent } from 'react';
import classes from './face.module.css';

interface RenameFieldProps {
  readonly name: string;
  readonly label?: string;
  readonly onRename: (name: string) => void;
  /** Called once, however the editing ended. */
  readonly onDone: () => void;
}

/** Edits a name in its place: Enter or leaving the field keeps it, Escape does not. */
export function RenameField({ name, label = 'Name', onRename, onDone }: RenameFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const ended = useRef(false);
  useEffect(() => {
    field.current?.focus({ preventScroll: true });
    field.current?.select();
  }, []);

  const end = (keep: boolean) => {
    if (ended.current) return;
    ended.current = true;
    const wanted = field.current?.value.trim() ?? '';
    if (keep && wanted !== '' && wanted !== name) onRename(wanted);
    const node = field.current?.closest<HTMLElement>('.react-flow__node');
    const hadFocus = document.activeElement === field.current;
    onDone();
    // The node takes the focus back, so that the keyboard stays where it was.
    if (hadFocus) node?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === 'Enter') end(true);
    if (event.key === 'Escape') end(false);
  };
  return (
    <input
      ref={field}
      className={`${classes.rename} nodrag nopan nokey`}
      aria-label={label}
      defaultValue={name}
      maxLength={120}
      spellCheck={false}
      autoComplete="off"
      onKeyDown={onKeyDown}
      onBlur={() => end(true)}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    />
  );
}
