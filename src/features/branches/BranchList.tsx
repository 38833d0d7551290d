import { Button, TextInput, UnstyledButton } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useState, type CSSProperties } from 'react';
import type { BranchRow } from '../../../workers/scenario/branches.ts';
import { deleteBranch, renameBranch, showBranch } from '../../document/actions.ts';
import { BRANCH_NAME_MAX } from '../../document/branches.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { writeAmount, writeInstant } from '../../ui/numbers.ts';
import { sayOrigin, sayOrphans } from './words.ts';
import classes from './branches.module.css';

/** Deeper branches stand no further in: there is no room for it. */
const INDENTED_MAX = 4;

type Editing = { readonly id: string; readonly what: 'name' | 'deletion' } | null;

/** Every branch, behind the one it left. Pressing one shows it. */
export function BranchList({ rows }: { readonly rows: readonly BranchRow[] }) {
  const [editing, setEditing] = useState<Editing>(null);
  const stop = () => setEditing(null);
  return (
    <ul className={classes.list} aria-label="Branches">
      {rows.map((row) => {
        const what = editing?.id === row.id ? editing.what : null;
        return (
          <li
            key={row.id}
            className={classes.row}
            data-shown={row.shown || undefined}
            style={{ '--depth': Math.min(row.depth, INDENTED_MAX) } as CSSProperties}
          >
            {what === 'name' && <NameField row={row} onDone={stop} />}
            {what === 'deletion' && <Deletion row={row} rows={rows} onDone={stop} />}
            {what === null && (
              <Branch row={row} rows={rows} onEdit={(next) => setEditing({ id: row.id, what: next })} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

interface BranchProps {
  readonly row: BranchRow;
  readonly rows: readonly BranchRow[];
  readonly onEdit: (what: 'name' | 'deletion') => void;
}

function Branch({ row, rows, onEdit }: BranchProps) {
  const { id, name, shown, changes, untilMs } = row;
  const facts = [
    sayOrigin(row, rows),
    changes === 0 ? 'no changes' : writeAmount(changes, 'change'),
    ...(untilMs === undefined || shown ? [] : [`seen to ${writeInstant(untilMs, 1)}`]),
  ];
  return (
    <>
      <UnstyledButton
        className={classes.open}
        aria-current={shown || undefined}
        data-autofocus={shown || undefined}
        onClick={() => showBranch(id)}
      >
        <span className={classes.dot} aria-hidden />
        <span className={classes.words}>
          <span className={classes.name}>{name}</span>
          <span className={classes.facts}>{facts.join(' · ')}</span>
        </span>
      </UnstyledButton>
      <IconButton label={`Rename ${name}`} size={28} onClick={() => onEdit('name')}>
        <IconPencil size={15} />
      </IconButton>
      <IconButton
        label={`Delete ${name}`}
        hint={shown ? 'It is shown now. Go to another one first.' : undefined}
        size={28}
        disabled={shown}
        onClick={() => onEdit('deletion')}
      >
        <IconTrash size={15} />
      </IconButton>
    </>
  );
}

/** What a press has opened is where the next key goes. */
function focus(element: HTMLElement | null): void {
  element?.focus();
}

interface EditProps {
  readonly row: BranchRow;
  readonly onDone: () => void;
}

function NameField({ row, onDone }: EditProps) {
  const [name, setName] = useState(row.name);
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        renameBranch(row.id, name);
        onDone();
      }}
    >
      <TextInput
        aria-label="Name of the branch"
        size="xs"
        ref={focus}
        maxLength={BRANCH_NAME_MAX}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onDone();
        }}
      />
      <Button type="submit" size="xs">
        Keep
      </Button>
    </form>
  );
}

function Deletion({ row, rows, onDone }: EditProps & Pick<BranchProps, 'rows'>) {
  const children = rows.filter(({ parent }) => parent === row.id).map(({ name }) => name);
  const parent = rows.find(({ id }) => id === row.parent)?.name ?? null;
  return (
    <div className={classes.form} role="group" aria-label={`Delete ${row.name}`}>
      <span className={classes.question}>
        Delete “{row.name}”{row.changes > 0 && ` with ${writeAmount(row.changes, 'change')}`}?
        {sayOrphans({ children, parent })}
      </span>
      <Button size="xs" color="red" ref={focus} onClick={() => deleteBranch(row.id)}>
        Delete
      </Button>
      <Button size="xs" variant="default" onClick={onDone}>
        Keep
      </Button>
    </div>
  );
}
