/** What a handler rests between attempts that fail, and what a caller waits for who gives up. */
import * as v from 'valibot';
import type { Run } from '../../../../engine/engine.ts';
import { HOP } from '../../../../engine/ledger/hops.ts';
import { consumer, instantNs, NotExpressible, producer, publish, start, subscribe, topic } from '../design.ts';
import { hopReader } from '../hops.ts';
import { model, uncovered, type Model } from '../plan.ts';
import { EMPTY, pool, sum, type Tally } from '../tally.ts';
import { field } from '../table.ts';
import { watch } from '../watch.ts';

const parameters = v.object({
  base: field.positive,
  multiplier: v.pipe(v.number(), v.minValue(1)),
  cap: field.positive,
  max_attempts: v.pipe(field.count, v.minValue(2), v.maxValue(100)),
  failure_probability: field.probability,
});
type Backoff = v.InferOutput<typeof parameters>;

const WORKERS = 1000;
/** Of which so many rest on average, at most. */
const RESTING = 200;
/** Group and client take a moment until they work. */
const START_S = 10;
/** A day, the longest delay of a handler. */
const DAY_S = 86_400;

/** The greatest sum of delays. */
function worstSeconds({ base, multiplier, cap, max_attempts }: Backoff): number {
  let [all, next] = [0, base];
  for (let i = 1; i < max_attempts; i += 1) {
    all += Math.min(cap, next);
    next = Math.min(cap, next * multiplier);
  }
  return all;
}

interface Kind {
  readonly name: string;
  readonly jitter: 'none' | 'full' | 'equal';
  /** Whether every attempt fails, or as many as the case says. */
  readonly hopeless: boolean;
}

/** One scenario for each row: what is rested in all by those who fail to the end, and by all. */
const KINDS: readonly Kind[] = [
  { name: 'worst', jitter: 'none', hopeless: true },
  { name: 'worst_full', jitter: 'full', hopeless: true },
  { name: 'worst_equal', jitter: 'equal', hopeless: true },
  { name: 'mean', jitter: 'none', hopeless: false },
  { name: 'mean_full', jitter: 'full', hopeless: false },
];

/** Rests of so many messages, by the number of the retry. */
function rests(given: Backoff, { name, jitter, hopeless }: Kind, size: number, seed: number): Tally {
  const worst = worstSeconds(given);
  const ratePerSecond = RESTING / worst;
  const run = start(
    {
      nodes: [
        producer('source', { arrivals: { type: 'constant', ratePerSecond }, limit: size }),
        topic('queue'),
        consumer('handler', {
          concurrency: WORKERS,
          workMs: { type: 'constant', mean: 0 },
          failureRate: hopeless ? 1 : given.failure_probability,
          retry: {
            maxAttempts: given.max_attempts,
            delayMs: given.base * 1000,
            multiplier: given.multiplier,
            maxDelayMs: Math.min(given.cap, DAY_S) * 1000,
            jitter,
          },
        }),
      ],
      edges: [publish('source', 'queue'), subscribe('queue', 'handler')],
    },
    seed,
  );
  const by = Array.from({ length: given.max_attempts - 1 }, () => 0);
  const attempts = new Map<number, { count: number; failedNs: number }>();
  const happened = hopReader(run, ({ what, message, timeNs }) => {
    const before = attempts.get(message);
    if (what === HOP.failed) attempts.set(message, { count: (before?.count ?? 0) + 1, failedNs: timeNs });
    if (what === HOP.started && before !== undefined) by[before.count - 1]! += timeNs - before.failedNs;
  });
  watch(run, instantNs((size + 1) / ratePerSecond + 2 * worst + START_S), [{ happened }]);
  finished(run, size);
  return { ...EMPTY, sums: { [`${name}.messages`]: size }, vectors: { [name]: by } };
}

function finished(run: Run, size: number): void {
  const { inFlight } = run.subscriptions[0]!.ledger;
  if (run.sources[0]!.ledger.attempted !== size || inFlight > 0)
    throw new NotExpressible('Messages were still under way when all delays should have been over.');
}

/** Rests before each retry, a mean over all messages. */
function eachSeconds(tally: Tally, name: string): number[] {
  return tally.vectors[name]!.map((ns) => ns / sum(tally, `${name}.messages`) / 1e9);
}

function allSeconds(tally: Tally, name: string): number {
  return eachSeconds(tally, name).reduce((all, seconds) => all + seconds, 0);
}

export const exponentialBackoff: Model = model(parameters, (given) => {
  if (given.failure_probability >= 1) return uncovered('Some attempt has to succeed.');
  if (Math.min(given.cap, worstSeconds(given)) > DAY_S) return uncovered('A handler rests for a day at most.');
  return {
    size: { min: 1000, max: Infinity },
    cost: KINDS.length,
    run: (seed, size) => pool(KINDS.map((kind) => rests(given, kind, size, seed))),
    units: (tally) => sum(tally, 'mean.messages'),
    figure(tally, metric) {
      switch (metric) {
        case 'sleep_schedule':
          return eachSeconds(tally, 'worst');
        case 'worst_case_total_delay':
          return allSeconds(tally, 'worst');
        case 'full_jitter_mean_total_delay':
          return allSeconds(tally, 'worst_full');
        case 'equal_jitter_mean_total_delay':
          return allSeconds(tally, 'worst_equal');
        case 'expected_delay_no_jitter':
          return allSeconds(tally, 'mean');
        case 'expected_delay_full_jitter':
          return allSeconds(tally, 'mean_full');
        default:
          return undefined;
      }
    },
  };
});
