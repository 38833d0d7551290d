import { UnstyledButton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { writeInstant } from '../../ui/numbers.ts';
import { simulation } from '../../simulation/client.ts';
import type { Evidence } from '../../simulation/polling.ts';
import classes from './guarantees.module.css';

interface EvidenceListProps {
  /** What these messages show, for screen readers and as a heading. */
  readonly title: string;
  /** How many there are in all; the report keeps the first few. */
  readonly count: number;
  readonly evidence: readonly Evidence[];
  readonly onInspect: (messageId: number) => void;
}

/** The first messages behind a figure. Each opens its life; its instant takes the run there. */
export function EvidenceList({ title, count, evidence, onInspect }: EvidenceListProps) {
  const section = useRef<HTMLElement>(null);
  // A low panel shows the figure that was clicked and nothing below it: what the click opened has to come to the reader.
  useEffect(() => section.current?.scrollIntoView({ block: 'nearest' }), []);
  return (
    <section ref={section} className={classes.evidence} aria-label={title}>
      <h4 className={classes.evidenceTitle}>
        {title}
        {count > evidence.length && evidence.length > 0 && (
          <span className={classes.dim}>
            {' '}
            the first {evidence.length} of {count.toLocaleString('en')}
          </span>
        )}
      </h4>
      {evidence.length === 0 && (
        <p className={classes.dim}>These messages are counted, but none was kept with its history.</p>
      )}
      <ul className={classes.evidenceItems}>
        {evidence.map((item) => (
          <li key={`${item.message} ${item.atMs}`} className={classes.evidenceItem}>
            <UnstyledButton className={classes.message} onClick={() => onInspect(item.message)}>
              Message {item.message.toLocaleString('en')}
            </UnstyledButton>
            <UnstyledButton
              className={classes.instant}
              aria-label={`Go to ${writeInstant(item.atMs)}`}
              onClick={() => void simulation.seek(item.atMs)}
            >
              {writeInstant(item.atMs)}
            </UnstyledButton>
            {item.key !== null && <code className={classes.key}>{item.key}</code>}
            <span className={classes.because}>{item.because}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
