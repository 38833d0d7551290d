import { useEffect, useRef, useState } from 'react';
import { setTitle } from '../document/actions.ts';
import { useDocument } from '../document/store.ts';
import classes from './ScenarioTitle.module.css';

/** The title, edited in place. Enter keeps it, Escape takes the old one back. */
export function ScenarioTitle() {
  const title = useDocument((state) => state.scenario.title);
  const [draft, setDraft] = useState<string | null>(null);
  const escaped = useRef(false);
  useEffect(() => {
    document.title = `${title} · Sluice`;
  }, [title]);
  return (
    <h1 className={classes.heading}>
      <span className={classes.sizer} aria-hidden>
        {draft ?? title}
      </span>
      <input
        className={classes.input}
        aria-label="Title of the scenario"
        value={draft ?? title}
        maxLength={200}
        spellCheck={false}
        onFocus={(event) => {
          escaped.current = false;
          setDraft(title);
          event.currentTarget.select();
        }}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => {
          if (draft !== null && !escaped.current) setTitle(draft);
          setDraft(null);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') escaped.current = true;
          if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </h1>
  );
}
