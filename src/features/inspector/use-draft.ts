import { useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react';

interface DraftOptions<Value> {
  /** The stored value as text. */
  readonly written: string;
  /** The value meant by a text, or the sentence that refuses it. */
  readonly read: (typed: string) => { readonly value: Value } | { readonly refusal: string };
  readonly commit: (value: Value) => void;
  /** Enter adds a line instead of committing. */
  readonly multiline?: boolean;
}

interface Draft {
  /** What stands in the box. */
  readonly text: string;
  /** Why it is refused, or null. */
  readonly refusal: string | null;
  readonly type: (text: string) => void;
  readonly onBlur: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

/**
 * A box whose text is the person's own until it is committed, by leaving it or with Enter. A refused text stays, with
 * its reason, and the document keeps what it had; Escape takes the stored value back.
 */
export function useDraft<Value>({ written, read, commit, multiline = false }: DraftOptions<Value>): Draft {
  const [draft, setDraft] = useState<string | null>(null);
  const result = draft === null ? null : read(draft);

  const submit = useCallback(() => {
    if (result === null || 'refusal' in result) return;
    setDraft(null);
    if (draft !== written) commit(result.value);
  }, [result, draft, written, commit]);

  return {
    text: draft ?? written,
    refusal: result !== null && 'refusal' in result ? result.refusal : null,
    type: setDraft,
    onBlur: submit,
    onKeyDown: (event) => {
      if (event.key === 'Enter' && (!multiline || event.ctrlKey || event.metaKey)) submit();
      if (event.key === 'Escape' && draft !== null) {
        event.stopPropagation();
        setDraft(null);
      }
    },
  };
}

/** Wall time between two commits while something is being dragged. */
const SLIDE_COMMIT_MS = 150;

/**
 * A value followed by hand: shown at once, committed when it is let go, and now and then while it moves if somebody can
 * watch what it does (`watched`). `moving` is null while nothing is dragged.
 */
export function useSliding<Value>(
  commit: (value: Value) => void,
  watched: () => boolean,
): {
  readonly moving: Value | null;
  readonly slide: (value: Value) => void;
  readonly release: () => void;
} {
  const [moving, setMoving] = useState<Value | null>(null);
  const pending = useRef<{ value: Value } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const committing = useRef(commit);
  useEffect(() => {
    committing.current = commit;
  });

  const flush = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    const waiting = pending.current;
    pending.current = null;
    if (waiting !== null) committing.current(waiting.value);
  }, []);

  // What was dragged last must not be lost when the selection changes under the finger.
  useEffect(() => flush, [flush]);

  const slide = (value: Value): void => {
    setMoving(value);
    pending.current = { value };
    // In a run that stands still every step would only be one more entry of its journal.
    if (watched()) timer.current ??= setTimeout(flush, SLIDE_COMMIT_MS);
  };
  const release = (): void => {
    flush();
    setMoving(null);
  };
  return { moving, slide, release };
}
