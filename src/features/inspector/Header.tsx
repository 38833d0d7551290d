import { TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { rename } from '../../document/actions.ts';
import { useDraft } from './use-draft.ts';
import classes from './inspector.module.css';

interface HeaderProps {
  readonly icon: ReactNode;
  readonly kind: string;
  readonly summary: string;
  /** What is wrong with it now, in a word; empty when nothing is. */
  readonly trouble?: string;
  /** Buttons at the right. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What is selected: its kind, its name, and how it is. */
export function Header({ icon, kind, summary, trouble = '', actions, children }: HeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.kindRow}>
        <span className={classes.kindIcon} aria-hidden>
          {icon}
        </span>
        <span className={classes.kind}>{kind}</span>
        {trouble !== '' && <span className={classes.trouble}>{trouble}</span>}
        <span className={classes.headerActions}>{actions}</span>
      </div>
      {children}
      <p className={classes.summary}>{summary}</p>
    </header>
  );
}

const NAME_LENGTH = 120;

/** The name of a node, edited in place. */
export function NameBox({ id, name }: { readonly id: string; readonly name: string }) {
  const draft = useDraft<string>({
    written: name,
    commit: (next) => rename(id, next),
    read: (typed) => {
      if (typed.trim() === '') return { refusal: 'A name is needed.' };
      if (typed.length > NAME_LENGTH) return { refusal: `At most ${NAME_LENGTH} characters.` };
      return { value: typed };
    },
  });
  return (
    <TextInput
      aria-label="Name"
      value={draft.text}
      error={draft.refusal}
      classNames={{ input: classes.name ?? '' }}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.onBlur}
      onKeyDown={draft.onKeyDown}
    />
  );
}
