import { Button } from '@mantine/core';
import { IconAlertOctagon } from '@tabler/icons-react';
import { useState } from 'react';
import { restartRun } from '../document/actions.ts';
import { copyLink } from '../features/sharing/index.ts';
import { simulation } from '../simulation/client.ts';
import { useSimulation } from '../simulation/status.ts';
import { writeInstant } from '../ui/numbers.ts';
import classes from './FailureCard.module.css';

/** How far before the failure a new attempt stops, so that one sees it coming. */
const BEFORE_MS = 1000;

/** Shown over the canvas when the engine has stopped itself: a broken assertion is never passed over in silence. */
export function FailureCard() {
  const failure = useSimulation((state) => (state.status === 'failed' ? state.failure : null));
  const [details, setDetails] = useState(false);
  if (failure === null) return null;
  const backMs = Math.max(0, failure.atMs - BEFORE_MS);
  return (
    <div className={classes.cover}>
      <section className={classes.card} role="alertdialog" aria-labelledby="failure-title">
        <h2 id="failure-title" className={classes.title}>
          <IconAlertOctagon size={18} aria-hidden />
          The simulation has stopped itself
        </h2>
        <p className={classes.text}>
          It noticed something that cannot be right, and stopped rather than show wrong numbers. Your work is safe. A
          link to it helps whoever mends it: the same scenario and seed lead to the same place.
        </p>
        <p className={classes.message}>{failure.message}</p>
        <dl className={classes.facts}>
          <dt>At</dt>
          <dd className="num">{writeInstant(failure.atMs)}</dd>
          <dt>Seed</dt>
          <dd className="num">{failure.seed}</dd>
        </dl>
        {details && failure.stack !== undefined && <pre className={classes.stack}>{failure.stack}</pre>}
        <div className={classes.actions}>
          <Button onClick={() => void simulation.seek(backMs)}>Go back to {writeInstant(backMs)}</Button>
          <Button variant="default" onClick={restartRun}>
            Restart from the beginning
          </Button>
          <Button variant="default" onClick={() => void copyLink()}>
            Copy a link to it
          </Button>
          {failure.stack !== undefined && (
            <Button variant="subtle" color="gray" aria-expanded={details} onClick={() => setDetails(!details)}>
              Details
            </Button>
          )}
        </div>
      </section>
    </div>
  );
}
