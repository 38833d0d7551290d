import { useIntersection } from '@mantine/hooks';
import { useMemo, useState, type ReactNode } from 'react';
import classes from './guarantees.module.css';

interface WhileSeenProps<Value> {
  readonly value: Value;
  readonly children: (value: Value) => ReactNode;
}

/** Draws the newest value while it is on screen, and leaves what was drawn as it is while it is not. */
export function WhileSeen<Value>({ value, children }: WhileSeenProps<Value>) {
  const { ref, entry } = useIntersection();
  const [shown, setShown] = useState(value);
  if (entry?.isIntersecting === true && shown !== value) setShown(value);
  // The children's own state (an opened list of evidence) is kept: only the drawing rests.
  // oxlint-disable-next-line react/exhaustive-deps
  const drawn = useMemo(() => children(shown), [shown]);
  return (
    <div className={classes.cell} ref={ref}>
      {drawn}
    </div>
  );
}
