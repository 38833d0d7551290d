/** What every message that is tried has: a key that is typed, keys to try, and a way to stop. */
import { TextInput, UnstyledButton, type TextInputProps } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { askRoute, forgetRoute, useTracedRoute } from '../../../document/traced-route.ts';
import { IconButton } from '../../../ui/IconButton.tsx';
import classes from './route-tester.module.css';

/** The key of the message. Typing or Enter begins the trial, Escape ends it. */
export function TrialKey(field: Pick<TextInputProps, 'label' | 'placeholder' | 'size'>) {
  const key = useTracedRoute((state) => state.key);
  const asked = useTracedRoute((state) => state.asked);
  return (
    <TextInput
      {...field}
      value={key}
      onChange={(event) => askRoute({ key: event.currentTarget.value })}
      onKeyDown={(event) => {
        leaveOn(event);
        if (event.key === 'Enter') askRoute({});
      }}
      rightSection={
        asked ? (
          <IconButton label="Stop trying" size={22} onClick={forgetRoute}>
            <IconX size={14} />
          </IconButton>
        ) : undefined
      }
      spellCheck={false}
      autoComplete="off"
    />
  );
}

/** Escape ends the trial, and the light on the canvas with it. */
export function leaveOn(event: KeyboardEvent): void {
  if (event.key !== 'Escape') return;
  event.stopPropagation();
  forgetRoute();
}

interface SuggestionsProps {
  readonly offered: readonly { readonly words: string; readonly asked: Parameters<typeof askRoute>[0] }[];
}

/** Messages to try, as long as none is. */
export function Suggestions({ offered }: SuggestionsProps) {
  const asked = useTracedRoute((state) => state.asked);
  if (asked || offered.length === 0) return null;
  return (
    <p className={classes.suggestions}>
      <span>Try</span>
      {offered.map(({ words, asked: message }) => (
        <UnstyledButton key={words} className={classes.key} onClick={() => askRoute(message)}>
          {words}
        </UnstyledButton>
      ))}
    </p>
  );
}
