import { useCallback, useSyncExternalStore } from 'react';
import { POSITION, type Layout } from '../../../workers/protocol/frame.ts';
import { frames } from '../../simulation/frames.ts';
import { simulationStore } from '../../simulation/status.ts';
import { writeCount } from '../../ui/numbers.ts';
import { subscriptionLook } from './palette.ts';
import type { SubscriptionSubject } from './subjects.ts';
import classes from './charts.module.css';

/** Subscriptions listed, those with the largest lag. */
const MOST_SUBSCRIPTIONS = 8;
/** More partitions than this are not listed one by one. */
const MOST_PARTITIONS = 48;

/** The lag of every partition at this instant, as bars of one common scale. */
export function PartitionLags({ subscriptions }: { readonly subscriptions: readonly SubscriptionSubject[] }) {
  const text = useSyncExternalStore(
    simulationStore.subscribe,
    useCallback(() => {
      const frame = frames.current();
      return frame === null ? '' : readLags(frame.values, frame.layout);
    }, []),
  );
  const lags = text === '' ? [] : text.split('\n').map((line) => line.split(' ').map(Number));
  const most = Math.max(1, ...lags.flat());
  const listed = subscriptions
    .map((subscription, index) => ({ ...subscription, index, lags: lags[index] ?? [] }))
    .filter(({ family }) => family === 'log')
    .sort(
      (a, b) => (subscriptions.length > MOST_SUBSCRIPTIONS ? total(b.lags) - total(a.lags) : 0) || a.index - b.index,
    )
    .slice(0, MOST_SUBSCRIPTIONS);
  return (
    <figure className={classes.partitions} aria-label="Lag by partition, now">
      <figcaption className={classes.caption}>
        <span className={classes.title}>By partition</span>
        <span className={classes.quantity}>
          {subscriptions.length > MOST_SUBSCRIPTIONS
            ? `at this instant, the ${MOST_SUBSCRIPTIONS} largest of ${subscriptions.length}`
            : 'at this instant'}
        </span>
      </figcaption>
      {listed.map(({ prefix, label, index, lags: own }) => (
        <div key={prefix} className={classes.partitionGroup}>
          {subscriptions.length > 1 && <p className={classes.partitionTitle}>{label}</p>}
          <ol className={classes.partitionList}>
            {own.slice(0, MOST_PARTITIONS).map((lag, partition) => (
              <li key={partition} className={classes.partition}>
                <span className={classes.partitionName}>{partition}</span>
                <span className={classes.partitionTrack}>
                  <span
                    className={classes.partitionBar}
                    style={{ width: `${(lag / most) * 100}%`, background: subscriptionLook(index).color }}
                  />
                </span>
                <span className={classes.partitionValue}>{writeCount(lag)}</span>
              </li>
            ))}
          </ol>
          {own.length > MOST_PARTITIONS && (
            <p className={classes.quantity}>and {own.length - MOST_PARTITIONS} more partitions</p>
          )}
        </div>
      ))}
    </figure>
  );
}

function total(lags: readonly number[]): number {
  return lags.reduce((sum, lag) => sum + lag, 0);
}

/** A line of text a subscription, so that nothing renders again while no lag has changed. */
function readLags(values: Float64Array, layout: Layout): string {
  return layout.subscriptions
    .map(({ positionsAt, partitions }) =>
      Array.from({ length: partitions }, (_, partition) =>
        Math.max(0, values[positionsAt + partition * POSITION.size + POSITION.lag] ?? 0),
      ).join(' '),
    )
    .join('\n');
}
