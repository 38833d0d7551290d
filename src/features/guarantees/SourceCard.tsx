import { useState } from 'react';
import { writeAmount, writeCount } from '../../ui/numbers.ts';
import type { SourceReport } from '../../simulation/polling.ts';
import { humanize } from '../../ui/words.ts';
import { SumBar } from './SumBar.tsx';
import { sourceSum } from './sums.ts';
import type { Names } from './use-names.ts';
import classes from './guarantees.module.css';

/** What became of everything a source set out to publish along one edge. */
export function SourceCard({ source, names }: { readonly source: SourceReport; readonly names: Names }) {
  const [opened, setOpened] = useState(false);
  const title = `${names(source.node)} → ${names(source.topic)}`;
  const reasons = Object.entries(source.refusals).filter(([, count]) => count > 0);
  return (
    <article className={classes.card} aria-label={title}>
      <header className={classes.cardHead}>
        <h3 className={classes.cardTitle}>{title}</h3>
        <span className={classes.dim}>
          {writeAmount(source.appended, 'record')} appended · {writeAmount(source.retries, 'retry', 'retries')}
        </span>
      </header>
      <SumBar
        sum={sourceSum(source)}
        of={title}
        opened={opened ? 'refused' : null}
        canOpen={(part) => part.figure === 'refused' && reasons.length > 0}
        onOpen={() => setOpened(!opened)}
      />
      {opened && reasons.length > 0 && (
        <section className={classes.evidence} aria-label="Reasons of refusal">
          <h4 className={classes.evidenceTitle}>Why they were refused</h4>
          <ul className={classes.evidenceItems}>
            {reasons.map(([reason, count]) => (
              <li key={reason} className={classes.evidenceItem}>
                <strong className="num">{writeCount(count)}</strong>
                <span className={classes.because}>{humanize(reason)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}
