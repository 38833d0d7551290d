import { Button, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { IconButton } from '../../../ui/IconButton.tsx';
import { complaintAboutName, headerLinesOf, headerRowsOf, kindOfValue, type HeaderRow } from './header-rows.ts';
import { useFocusWhenNew } from './use-focus-when-new.ts';
import classes from './rows.module.css';

interface HeaderRowsProps {
  /** `name = value`, one a line. */
  readonly lines: string;
  readonly onChange: (lines: string) => void;
  /** Tell of every letter, not only when a box is left. */
  readonly live?: boolean;
  /** Of any of the boxes. */
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

const EMPTY: HeaderRow = { name: '', value: '' };

/** Headers, one a row: a name, and a value that may be left out. */
export function HeaderRows({ lines, onChange, live = false, onKeyDown }: HeaderRowsProps) {
  const [draft, setDraft] = useState<{ readonly of: string; readonly rows: readonly HeaderRow[] } | null>(null);
  // What is typed stands for as long as nobody else changes the lines.
  const rows = draft !== null && draft.of === lines ? draft.rows : headerRowsOf(lines);
  const tell = (next: readonly HeaderRow[], now: boolean): void => {
    const written = headerLinesOf(next);
    const told = now && written !== headerLinesOf(headerRowsOf(lines));
    setDraft({ of: told ? written : lines, rows: next });
    if (told) onChange(written);
  };
  const change = (place: number, part: Partial<HeaderRow>): void =>
    tell(
      rows.map((row, at) => (at === place ? { ...row, ...part } : row)),
      live,
    );
  return (
    <div className={classes.rows} role="group" aria-label="Headers">
      {rows.map((row, place) => (
        <HeaderLine
          key={place}
          row={row}
          complaint={complaintAboutName(rows, place)}
          onChange={(part) => change(place, part)}
          onDone={() => tell(rows, true)}
          onKeyDown={onKeyDown}
          onRemove={() => tell(rows.toSpliced(place, 1), true)}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={13} />}
        className={classes.add ?? ''}
        onClick={() => tell([...rows, EMPTY], false)}
      >
        Add a header
      </Button>
    </div>
  );
}

interface HeaderLineProps {
  readonly row: HeaderRow;
  readonly complaint: string | null;
  readonly onChange: (part: Partial<HeaderRow>) => void;
  /** A box was left, or Enter pressed in it. */
  readonly onDone: () => void;
  readonly onKeyDown: ((event: KeyboardEvent) => void) | undefined;
  readonly onRemove: () => void;
}

function HeaderLine({ row, complaint, onChange, onDone, onKeyDown, onRemove }: HeaderLineProps) {
  const kind = kindOfValue(row.value);
  const box = useFocusWhenNew(row.name === '');
  const shared = {
    size: 'xs',
    spellCheck: false,
    autoComplete: 'off',
    className: classes.code ?? '',
    onBlur: onDone,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === 'Enter') onDone();
      onKeyDown?.(event);
    },
  } as const;
  return (
    <div className={classes.header}>
      <TextInput
        {...shared}
        aria-label="Name of a header"
        placeholder="region"
        ref={box}
        value={row.name}
        error={complaint !== null}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <span aria-hidden>=</span>
      <TextInput
        {...shared}
        aria-label={`Value of ${row.name || 'a header'}`}
        placeholder="any value"
        value={row.value}
        onChange={(event) => onChange({ value: event.currentTarget.value })}
        rightSection={kind === null ? undefined : <span className={classes.kind}>{kind}</span>}
        rightSectionWidth={kind === null ? 0 : 58}
      />
      <IconButton label={`Remove ${row.name || 'this header'}`} size={24} onClick={onRemove}>
        <IconX size={14} />
      </IconButton>
      {complaint !== null && (
        <p className={classes.complaint} role="alert">
          {complaint}
        </p>
      )}
    </div>
  );
}
