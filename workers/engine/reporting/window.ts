/**
 * What came to pass since an instant. Counts and histograms only grow, so a part of a run is the difference of two readings,
 * and leaving out a warm-up costs the run nothing.
 */
import { difference, type Histogram } from '../core/histogram.ts';
import { copyPlain } from '../core/plain.ts';
import { toMs } from '../core/time.ts';
import type { SourceLedger, SubscriptionLedger } from '../ledger/accounts.ts';
import type { SourceWindow, SubscriptionWindow, WindowReport } from '../report.ts';
import type { Run } from '../state.ts';
import { namesOf } from '../observe/subscriptions.ts';
import { summarize } from './make-report.ts';

/** All that is counted, at one instant. Shares nothing with the run. */
export interface Reading {
  readonly atNs: number;
  /** By index of source and of subscription. */
  readonly sources: readonly SourceLedger[];
  readonly subscriptions: readonly SubscriptionReading[];
}

interface SubscriptionReading {
  readonly ledger: Readonly<Record<(typeof SUBSCRIPTION_COUNTS)[number], number>>;
  readonly latency: Histogram;
  readonly wait: Histogram;
}

/** What of a publish edge is only ever counted up, so that a part of a run is the difference of two readings. */
export const SOURCE_COUNTS = ['attempted', 'acknowledged', 'refused', 'unknown', 'retries', 'appended'] as const;
/** The same of a subscription. */
export const SUBSCRIPTION_COUNTS = [
  'delivered',
  'applied',
  'lost',
  'gone',
  'expired',
  'superseded',
  'dropped',
  'deadLettered',
  'recovered',
  'unexpected',
  'duplicateDeliveries',
  'duplicateEffects',
  'outOfOrderPerKey',
  'outOfOrderGlobal',
  'skipped',
] as const satisfies readonly (keyof SubscriptionLedger)[];

export function readingOf(run: Run): Reading {
  return {
    atNs: run.nowNs,
    sources: run.sources.map(({ ledger }) => copyPlain(ledger)),
    subscriptions: run.subscriptions.map(({ ledger, latency, wait }) => ({
      ledger: pick(ledger, SUBSCRIPTION_COUNTS, null),
      latency: copyPlain(latency),
      wait: copyPlain(wait),
    })),
  };
}

/** What was counted after `since`, a reading of the same run, up to now. What came into being later counts from 0. */
export function windowOf(run: Run, since: Reading): WindowReport {
  return {
    fromMs: toMs(since.atNs),
    untilMs: toMs(run.nowNs),
    sources: run.sources.flatMap((source, index): SourceWindow[] => {
      if (source.gone) return [];
      const edge = run.edges[source.edge]!;
      const counts = pick(source.ledger, SOURCE_COUNTS, since.sources[index] ?? null);
      return [{ edge: edge.id, node: edge.from, topic: edge.to, ...counts }];
    }),
    subscriptions: run.subscriptions.flatMap((subscription, index): SubscriptionWindow[] => {
      if (!subscription.active) return [];
      const before = since.subscriptions[index];
      const part = (of: 'latency' | 'wait'): Histogram =>
        before === undefined ? subscription[of] : difference(subscription[of], before[of]);
      return [
        {
          ...namesOf(run, subscription),
          ...pick(subscription.ledger, SUBSCRIPTION_COUNTS, before?.ledger ?? null),
          latency: summarize(part('latency')),
          wait: summarize(part('wait')),
        },
      ];
    }),
  };
}

/** The counts of those names, less what they were before. */
function pick<Name extends string>(
  now: Readonly<Record<Name, number>>,
  names: readonly Name[],
  before: Readonly<Record<Name, number>> | null,
): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, now[name] - (before?.[name] ?? 0)])) as Record<Name, number>;
}
