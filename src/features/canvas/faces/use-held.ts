import { useEffect, useState } from 'react';

interface Held {
  /** Time flows. A mark that changes while it is sought is another instant's, and nothing that happened. */
  readonly flows: boolean;
  readonly holdMs: number;
}

/**
 * True while `on` is, and for at least `holdMs` after it was or after `mark` changed: what is over in an instant stays
 * long enough to be seen.
 */
export function useHeld(on: boolean, mark: number, { flows, holdMs }: Held): boolean {
  const [held, setHeld] = useState(on);
  const [seen, setSeen] = useState(mark);
  // The first mark is where things stood when the person came, and nothing that happened.
  const happened = flows && mark !== seen && seen > 0;
  if (mark !== seen) setSeen(mark);
  if ((on || happened) && !held) setHeld(true);
  useEffect(() => {
    if (on || !held) return undefined;
    const timer = setTimeout(() => setHeld(false), holdMs);
    return () => clearTimeout(timer);
  }, [on, held, holdMs]);
  return held;
}
