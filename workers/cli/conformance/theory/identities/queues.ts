/** Identities of queues that lose, prefer and count what is out. */
import { mean } from '../../../../engine/core/histogram.ts';
import { nowNs, runUntil, type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { consume, consumer, enqueue, insert, poll, producer, queue, start, store } from '../design.ts';
import { hopReader } from '../hops.ts';
import { watch } from '../watch.ts';
import { differs, type Finding } from './laws.ts';

const SEED = 20_260_729;
const SPAN_NS = 600e9;
const WORK = { type: 'exponential', mean: 10 } as const;
/** Standard errors that a statistical identity may be off by. */
const ERRORS = 3.5;

/** Two sources of 40 a second each and one worker of 100 a second. */
function prioritised(maxPriority: number): Run {
  const arrivals = { type: 'poisson', ratePerSecond: 40 } as const;
  return start(
    {
      nodes: [
        producer('first', { arrivals }),
        producer('second', { arrivals }),
        queue('queue', { maxPriority }),
        consumer('server', { workMs: WORK }),
      ],
      edges: [
        enqueue('first', 'queue', { priority: 1 }),
        enqueue('second', 'queue', { priority: 0 }),
        consume('queue', 'server', { prefetch: 1 }),
      ],
    },
    SEED,
  );
}

/** With one law of work for all, the mean wait over all classes is the same in any order that does not look at the work. */
function priorityConservation(): Finding {
  const [plain, preferred] = [0, 1].map((maxPriority) => {
    const run = prioritised(maxPriority);
    runUntil(run, SPAN_NS);
    return run.subscriptions[0]!.wait;
  });
  // The same arrivals, so that what differs is the work; a busy period of either holds some 25 messages.
  const error = ERRORS * Math.sqrt((2 * 25) / plain!.total);
  return (
    differs('messages that began', preferred!.total, plain!.total, 1e-3) ??
    differs('mean wait', mean(preferred!), mean(plain!), error)
  );
}

/** X = lambda (1 - loss), to the message; and as much is lost at the head as at the tail. */
function lossBalance(): Finding {
  const [refusing, dropping] = (['reject-publish', 'drop-head'] as const).map((overflow) => {
    const run = start(
      {
        nodes: [
          producer('source', { arrivals: { type: 'poisson', ratePerSecond: 120 } }),
          queue('queue', { maxLength: 4, overflow }),
          consumer('server', { workMs: WORK }),
        ],
        edges: [enqueue('source', 'queue'), consume('queue', 'server', { prefetch: 1 })],
      },
      SEED,
    );
    runUntil(run, SPAN_NS);
    const { attempted, refused } = run.sources[0]!.ledger;
    const { applied, dropped, inFlight } = run.subscriptions[0]!.ledger;
    return { attempted, lost: refused + dropped, done: applied + inFlight };
  });
  return (
    differs('refused and done', refusing!.lost + refusing!.done, refusing!.attempted, 0) ??
    differs('dropped and done', dropping!.lost + dropping!.done, dropping!.attempted, 0) ??
    differs(
      'loss at head and tail',
      dropping!.lost / dropping!.attempted,
      refusing!.lost / refusing!.attempted,
      ERRORS * Math.sqrt(20 / refusing!.attempted),
    )
  );
}

/** What is out, over time, is what each delivery was out for: from its start, as prefetch is one, to its acknowledgement. */
function outstanding(): Finding {
  const run = prioritised(0);
  const started = new Map<number, number>();
  let outNs = 0;
  const happened = hopReader(run, ({ what, message, timeNs }) => {
    if (what === HOP.started) started.set(message, timeNs);
    if (what !== HOP.applied) return;
    outNs += timeNs - started.get(message)!;
    started.delete(message);
  });
  let heldNs = 0;
  const lasts = (at: Run, ns: number): void => {
    const { ready } = at.amqp.broker.queues[at.amqp.queues[0]!.core]!;
    heldNs += (at.subscriptions[0]!.ledger.inFlight - ready) * ns;
  };
  watch(run, SPAN_NS / 10, [{ happened, lasts }]);
  for (const sinceNs of started.values()) outNs += nowNs(run) - sinceNs;
  return differs('message-nanoseconds out', heldNs, outNs, 1e-12);
}

/** Polls of three pollers at a fixed rate, to the poll, whatever comes; and no more messages than they take. */
function pollRate(): Finding {
  const [intervalMs, pollers, batchSize] = [200, 3, 4];
  for (const ratePerSecond of [0, 5, 200]) {
    const run = start(
      {
        nodes: [
          producer('source', { arrivals: { type: 'poisson', ratePerSecond } }),
          store('table'),
          consumer('pollers', { instances: pollers, workMs: { type: 'constant', mean: 0 } }),
        ],
        edges: [
          insert('source', 'table'),
          poll('table', 'pollers', {
            intervalMs: { type: 'constant', mean: intervalMs },
            schedule: 'fixedRate',
            phase: 'staggered',
            batchSize,
            pollAgain: 'never',
          }),
        ],
      },
      SEED,
    );
    // Whole periods, and none of the instants at which one of them looks.
    runUntil(run, 10.01e9);
    const before = run.polls[0]!.polls;
    const { applied } = run.subscriptions[0]!.ledger;
    runUntil(run, 110.01e9);
    const polls = run.polls[0]!.polls - before;
    const finding = differs(`polls at ${ratePerSecond}/s`, polls, (pollers * 100_000) / intervalMs, 0);
    if (finding !== null) return finding;
    const taken = run.subscriptions[0]!.ledger.applied - applied;
    if (taken > batchSize * polls) return `${taken} messages were taken in ${polls} polls of ${batchSize}`;
  }
  return null;
}

export const QUEUES: Readonly<Record<string, () => Finding>> = {
  'conservation-law-priority': priorityConservation,
  'loss-balance': lossBalance,
  'littles-law-in-flight': outstanding,
  'poll-rate': pollRate,
};
