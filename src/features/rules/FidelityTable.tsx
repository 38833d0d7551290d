import type { FidelityLine } from './spec.ts';
import { Sentence } from './Sentence.tsx';
import classes from './rules.module.css';

const COLUMNS = [
  ['modelled', 'Modelled'],
  ['simplified', 'Simplified'],
  ['leftOut', 'Left out'],
] as const;

/** What of each broker is modelled, simplified and left out. */
export function FidelityTable({ lines }: { readonly lines: readonly FidelityLine[] }) {
  return (
    <div className={classes.lines}>
      {lines.map((line) => (
        <section key={line.what} className={classes.line} aria-label={line.what}>
          <h3>{line.what}</h3>
          <dl>
            {COLUMNS.filter(([column]) => line[column] !== '').map(([column, label]) => (
              <div key={column}>
                <dt data-fidelity={column}>{label}</dt>
                <dd>
                  <Sentence text={line[column]} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
