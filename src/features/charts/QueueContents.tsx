import { useCallback, useSyncExternalStore } from 'react';
import { QUEUE } from '../../../workers/protocol/frame-amqp.ts';
import { SQS } from '../../../workers/protocol/frame-sqs.ts';
import { STORE } from '../../../workers/protocol/frame-store.ts';
import type { Layout } from '../../../workers/protocol/frame.ts';
import { useDocument } from '../../document/store.ts';
import { frames } from '../../simulation/frames.ts';
import { simulationStore } from '../../simulation/status.ts';
import { writeCount } from '../../ui/numbers.ts';
import { subscriptionLook } from './palette.ts';
import type { SubscriptionSubject } from './subjects.ts';
import classes from './charts.module.css';

interface Part {
  /** As the broker calls it. */
  readonly label: string;
  /** Places of the gauges that are added up. */
  readonly gauges: readonly number[];
}

/** What a queue of each kind holds: first what may be taken, then what somebody has in hand, then what waits for its time. */
const PARTS = {
  queue: [
    { label: 'ready', gauges: [QUEUE.ready] },
    { label: 'unacked', gauges: [QUEUE.unacknowledged] },
  ],
  sqs: [
    { label: 'visible', gauges: [SQS.visible] },
    { label: 'in flight', gauges: [SQS.inFlight] },
    { label: 'delayed', gauges: [SQS.delayed] },
  ],
  store: [
    { label: 'ready', gauges: [STORE.ready] },
    { label: 'in hand', gauges: [STORE.locked, STORE.claimed] },
  ],
} as const satisfies Record<string, readonly Part[]>;

/** A bar of full length stands for so many messages at least: one alone does not fill it. */
const LEAST_SCALE = 10;

/** The more is done with it, the fainter. */
const STRENGTHS = ['100%', '55%', '25%'];

interface Held {
  readonly id: string;
  readonly parts: readonly { readonly label: string; readonly count: number }[];
}

/** What every queue holds at this instant, as bars of one common scale: what is ready, and what is in somebody's hands. */
export function QueueContents({ subscriptions }: { readonly subscriptions: readonly SubscriptionSubject[] }) {
  const nodes = useDocument((state) => state.design.nodes);
  const text = useSyncExternalStore(
    simulationStore.subscribe,
    useCallback(() => {
      const frame = frames.current();
      return frame === null ? '[]' : JSON.stringify(readQueues(frame.values, frame.layout));
    }, []),
  );
  const queues = JSON.parse(text) as readonly Held[];
  const families = new Set(subscriptions.map(({ family }) => family));
  const held = [(families.has('amqp') || families.has('sqs')) && 'queue', families.has('table') && 'table']
    .filter(Boolean)
    .join(' and ');
  const most = Math.max(LEAST_SCALE, ...queues.map(({ parts }) => parts.reduce((sum, { count }) => sum + count, 0)));
  return (
    <figure className={classes.partitions} aria-label="What each queue holds, now">
      <figcaption className={classes.caption}>
        <span className={classes.title}>In each {held}</span>
        <span className={classes.quantity}>at this instant</span>
      </figcaption>
      <ol className={classes.queueList}>
        {queues.map(({ id, parts }) => {
          const place = subscriptions.findIndex(({ source }) => source === id);
          return (
            <li key={id} className={classes.queue}>
              <span className={classes.queueName}>{nodes.find((node) => node.id === id)?.name ?? id}</span>
              <span className={classes.queueTrack} aria-hidden>
                {parts.map(({ label, count }, index) => (
                  <span
                    key={label}
                    style={{
                      width: `${(count / most) * 100}%`,
                      background: `color-mix(in srgb, ${subscriptionLook(Math.max(0, place)).color} ${STRENGTHS[index]}, transparent)`,
                    }}
                  />
                ))}
              </span>
              <span className={classes.queueParts}>
                {parts.map(({ label, count }) => `${writeCount(count)} ${label}`).join(' · ')}
              </span>
            </li>
          );
        })}
      </ol>
    </figure>
  );
}

function readQueues(values: Float64Array, layout: Layout): readonly Held[] {
  return layout.nodeIds.flatMap((id) => {
    const block = layout.nodes[id];
    if (block?.kind !== 'queue' && block?.kind !== 'sqs' && block?.kind !== 'store') return [];
    const parts = PARTS[block.kind].map(({ label, gauges }) => ({
      label,
      count: gauges.reduce((sum, gauge) => sum + values[block.at + gauge]!, 0),
    }));
    return [{ id, parts }];
  });
}
