/** Redelivery after crashes, and attempts that fail. */
import * as v from 'valibot';
import { runUntil, type Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { consumer, instantNs, NotExpressible, producer, publish, start, subscribe, topic } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, uncovered, type Model } from '../plan.ts';
import { EMPTY, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watchUntil } from '../watch.ts';
import { logSubscription } from '../../../../engine/brokers/log/subscription.ts';

const crashParameters = v.object({ crash_probability: field.probability, redelivery_limit: v.nullish(v.number()) });

/** How long a handler is open to a crash, and how long a crash costs. */
const EXPOSED_MS = 10;
const CRASH = { restartMs: 3, session: { sessionTimeoutMs: 2, heartbeatIntervalMs: 1 } } as const;

/**
 * Crashes come at random instants of an instance's life (exponential, without memory), and a handler is exposed for the same
 * time every time, so each delivery crashes independently with p = 1 - exp(-exposed / mean time between crashes).
 *
 * At least once: the effect is at once, then the handler publishes onward and waits for the answer; a crash meanwhile comes
 * after the effect and before the commit. At most once: the position is saved first, and the crash falls into the work.
 */
export const crashes: Model = model(crashParameters, ({ crash_probability: p, redelivery_limit }) => {
  if (typeof redelivery_limit === 'number') return uncovered('The log has no limit of redeliveries.');
  if (p <= 0 || p >= 1) return uncovered('A crash has to be possible and to be avoidable.');
  const mtbfMs = -EXPOSED_MS / Math.log(1 - p);
  // Twice the time that a message takes with its redeliveries.
  const intervalMs = (4 * EXPOSED_MS) / (1 - p);
  return {
    size: { min: 10_000, max: Infinity },
    cost: Math.ceil(2 / (1 - p)),
    run: (seed, size) => ({
      ...EMPTY,
      sums: {
        ...atLeastOnce({ seed, size, mtbfMs, intervalMs }),
        ...atMostOnce({ seed, size, mtbfMs, intervalMs }),
      },
    }),
    units: (tally) => sum(tally, 'messages'),
    figure: crashFigure,
  };
});

interface CrashRun {
  readonly seed: number;
  readonly size: number;
  readonly mtbfMs: number;
  readonly intervalMs: number;
}

function source({ size, intervalMs }: CrashRun) {
  return producer('source', { arrivals: { type: 'constant', ratePerSecond: 1000 / intervalMs }, limit: size });
}

function atLeastOnce(given: CrashRun): Record<string, number> {
  const { seed, size, mtbfMs } = given;
  const run = start(
    {
      nodes: [
        source(given),
        topic('in'),
        consumer('handler', { workMs: { type: 'constant', mean: 0 }, crash: { mtbfMs, restartMs: CRASH.restartMs } }),
        topic('out', { retentionMs: 1000, segmentMs: 100, retentionCheckIntervalMs: 100 }),
      ],
      edges: [
        publish('source', 'in'),
        subscribe('in', 'handler', { commit: 'after', maxPollRecords: 1, ...CRASH.session }),
        publish('handler', 'out', { network: { latencyMs: { type: 'constant', mean: EXPOSED_MS / 2 } } }),
      ],
    },
    seed,
  );
  const effects = drain(run, given);
  const { delivered, duplicateEffects } = run.subscriptions[0]!.ledger;
  let [more, three] = [0, 0];
  for (const count of effects.values()) {
    if (count > 1) more += 1;
    if (count > 2) three += 1;
  }
  return { messages: size, delivered, duplicateEffects, more, three };
}

function atMostOnce(given: CrashRun): Record<string, number> {
  const { seed, mtbfMs } = given;
  const run = start(
    {
      nodes: [
        source(given),
        topic('in'),
        consumer('handler', {
          workMs: { type: 'constant', mean: EXPOSED_MS },
          crash: { mtbfMs, restartMs: CRASH.restartMs },
        }),
      ],
      edges: [
        publish('source', 'in'),
        subscribe('in', 'handler', { commit: 'before', maxPollRecords: 1, ...CRASH.session }),
      ],
    },
    seed,
  );
  drain(run, given);
  return { lost: run.subscriptions[0]!.ledger.lost };
}

/** Runs until every message has met its fate. Effects by message. */
function drain(run: Run, { size, intervalMs }: CrashRun): ReadonlyMap<number, number> {
  const effects = new Map<number, number>();
  const read = hopReader(run, ({ what, message }) => {
    if (what === HOP.applied) effects.set(message, (effects.get(message) ?? 0) + 1);
  });
  // What a message's redeliveries take is far less than the interval; the rest is patience.
  const untilNs = instantNs(((size + 1000) * intervalMs * 2) / 1000);
  const done = watchUntil(run, untilNs, (at) => {
    read(at);
    const { subscriptions, sources } = at;
    return sources[0]!.ledger.attempted === size && subscriptions[0]!.ledger.inFlight === 0 && settled(at);
  });
  if (!done) throw new NotExpressible('Messages were still under way after twice the time that they should take.');
  return effects;
}

/** Nothing is left that could be delivered again: every position is saved. */
function settled(run: Run): boolean {
  return logSubscription(run, 0).cursors.every((index) => {
    const { committed, partition } = run.cursors[index]!;
    return committed === run.topics[0]!.partitions[partition]!.end;
  });
}

function crashFigure(tally: Tally, metric: string): number | undefined {
  const of = (name: string): number => sum(tally, name);
  switch (metric) {
    case 'deliveries_per_message':
      return of('delivered') / of('messages');
    case 'duplicates_per_message':
      return of('duplicateEffects') / of('messages');
    case 'P_processed_more_than_once':
      return of('more') / of('messages');
    case 'P_processed_3_or_more':
      return of('three') / of('messages');
    case 'dedup_hit_fraction_of_deliveries':
      return of('duplicateEffects') / of('delivered');
    case 'at_most_once_loss':
      return of('lost') / of('messages');
    default:
      return undefined;
  }
}

const attemptParameters = v.object({ failure_probability: field.probability, max_attempts: field.count });

/**
 * A producer whose requests and answers get lost: an attempt fails when either is lost, and after k attempts the message is
 * given up, which is where a dead letter would begin. One request at a time, so that no other request's failure is shared.
 */
export const attempts: Model = model(attemptParameters, ({ failure_probability: f, max_attempts: k }) => {
  if (f >= 1) return uncovered('Some attempt has to succeed.');
  const loss = 1 - Math.sqrt(1 - f);
  return {
    size: { min: 10_000, max: Infinity },
    cost: Math.ceil(Math.min(k, 1 / (1 - f))),
    run(seed, size) {
      // A timeout and a backoff of 1 ms each, the latter with 20 % jitter, and as much again.
      const intervalMs = 5 * k;
      const run = start(
        {
          nodes: [
            producer('source', { arrivals: { type: 'constant', ratePerSecond: 1000 / intervalMs }, limit: size }),
            topic('topic', { retentionMs: 1000, segmentMs: 100, retentionCheckIntervalMs: 100 }),
          ],
          edges: [
            publish('source', 'topic', {
              acks: '1',
              enableIdempotence: false,
              retries: k - 1,
              batchSize: 0,
              maxInFlight: 1,
              requestTimeoutMs: 1,
              deliveryTimeoutMs: 7_200_000,
              retryBackoffMs: 1,
              retryBackoffMaxMs: 1,
              network: { latencyMs: { type: 'constant', mean: 0 }, loss },
            }),
          ],
        },
        seed,
      );
      runUntil(run, instantNs(((size + 2) * intervalMs) / 1000));
      const { attempted, waiting, unknown, retries } = run.sources[0]!.ledger;
      return { ...EMPTY, sums: { messages: attempted - waiting, givenUp: unknown, retries } };
    },
    units: (tally) => sum(tally, 'messages'),
    figure(tally, metric) {
      const [messages, givenUp, retries] = [sum(tally, 'messages'), sum(tally, 'givenUp'), sum(tally, 'retries')];
      switch (metric) {
        case 'dlq_fraction':
          return givenUp / messages;
        case 'attempts_mean':
          return (messages + retries) / messages;
        case 'redeliveries_mean':
          return retries / messages;
        // Those given up have used up all of their k attempts.
        case 'attempts_mean_of_successes':
          return (messages + retries - k * givenUp) / (messages - givenUp);
        default:
          return undefined;
      }
    },
  };
});
