import { useCallback } from 'react';
import type { Layout } from '../../../workers/protocol/frame.ts';
import type { LiveFigure } from './live-figures.ts';
import { useReadings } from './use-readings.ts';
import classes from './inspector.module.css';

interface LiveFiguresProps<Thing> {
  readonly of: Thing;
  readonly read: (of: Thing, values: Float64Array, layout: Layout) => readonly LiveFigure[];
}

/** What the selected thing is doing right now. */
export function LiveFigures<Thing>({ of, read }: LiveFiguresProps<Thing>) {
  const readPairs = useCallback(
    (values: Float64Array, layout: Layout) => read(of, values, layout).map(({ label, text }) => `${label}\t${text}`),
    [of, read],
  );
  const pairs = useReadings(readPairs);
  if (pairs.length === 0) return null;
  return (
    <section className={classes.section} aria-label="Now">
      <dl className={classes.figures}>
        {pairs.map((pair) => {
          const [label = '', text = ''] = pair.split('\t');
          return (
            <div key={label} className={classes.figure}>
              <dt>{label}</dt>
              <dd className="num">{text}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
