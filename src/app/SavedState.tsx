import { Tooltip } from '@mantine/core';
import { useDocument } from '../document/store.ts';
import classes from './SavedState.module.css';

const TEXTS = {
  unsaved: ['Not changed yet', 'What you open is kept in this browser from its first change on.'],
  saving: ['Saving…', 'Your work is kept in this browser as you go.'],
  saved: ['Saved', 'Your work is kept in this browser as you go. Earlier versions are in the scenario menu.'],
  failed: ['Not saved', 'This browser does not let the page store anything. Share a link or download a file instead.'],
} as const;

/** Whether the person's work is safe. */
export function SavedState() {
  const saved = useDocument((state) => state.saved);
  const [text, help] = TEXTS[saved];
  return (
    <Tooltip label={help} maw={260}>
      <span className={classes.saved} data-state={saved}>
        {text}
      </span>
    </Tooltip>
  );
}
