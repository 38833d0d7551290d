/** The complete ledger of a source or a subscription, for runs that were worked out by hand: what is not named is zero. For tests. */
import type { LatencySummary, SourceReport, SubscriptionReport } from '../report.ts';
import type { Lab } from './lab.ts';

/** Durations in milliseconds, one a message, as far as a histogram keeps them exactly. */
interface Durations {
  readonly count: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

type Accounts = Omit<
  SubscriptionReport,
  'family' | 'topic' | 'group' | 'consumers' | 'latency' | 'wait' | 'evidence' | 'verdict' | 'order'
>;

interface SubscriptionLedger extends Accounts, Pick<SubscriptionReport, 'verdict' | 'order'> {
  readonly latency: Durations | null;
  readonly wait: Durations | null;
  /** The first messages of each kind of anomaly, as `#message@ms`. */
  readonly evidence: Readonly<Record<string, readonly string[]>>;
}

type SourceLedger = Omit<SourceReport, 'edge' | 'node' | 'topic'>;

const NO_ACCOUNTS: Accounts = {
  owed: 0,
  delivered: 0,
  applied: 0,
  lost: 0,
  gone: 0,
  expired: 0,
  superseded: 0,
  dropped: 0,
  deadLettered: 0,
  inFlight: 0,
  recovered: 0,
  unexpected: 0,
  duplicateDeliveries: 0,
  duplicateEffects: 0,
  repeatedWork: 0,
  outOfOrderPerKey: 0,
  outOfOrderGlobal: 0,
  disorderCauses: {},
  disorderDistanceMax: 0,
  skipped: 0,
  unseen: 0,
  unseenOldestMs: 0,
  lag: 0,
  lagMax: 0,
  rebalances: 0,
  replayable: 0,
};

/** Durations from the ledger are whole nanoseconds; their mean need not be. */
function rounded(ms: number): number {
  return Math.round(ms * 1e6) / 1e6;
}

function durationsOf(given: readonly number[]): Durations | null {
  if (given.length === 0) return null;
  const sum = given.reduce((total, each) => total + each, 0);
  return {
    count: given.length,
    meanMs: rounded(sum / given.length),
    minMs: Math.min(...given),
    maxMs: Math.max(...given),
  };
}

function measured(summary: LatencySummary | null): Durations | null {
  if (summary === null) return null;
  const { count, meanMs, minMs, maxMs } = summary;
  return { count, meanMs: rounded(meanMs), minMs, maxMs };
}

/** What a subscription's ledger should be. @param waits, latencies of each message that was delivered, or applied */
export function subscriptionLedger({
  waits = [],
  latencies = [],
  ...given
}: Partial<Omit<SubscriptionLedger, 'latency' | 'wait'>> & {
  readonly waits?: readonly number[];
  readonly latencies?: readonly number[];
}): SubscriptionLedger {
  return {
    ...NO_ACCOUNTS,
    verdict: 'exactly-once effect',
    order: 'global',
    evidence: {},
    ...given,
    latency: durationsOf(latencies),
    wait: durationsOf(waits),
  };
}

/** Kept to show why a message came again, which is counted and is no anomaly. */
const NO_ANOMALY: ReadonlySet<string> = new Set(['duplicateDelivery', 'redelivered']);

/** What a subscription's ledger is. */
export function subscriptionLedgerOf(place: Lab, topic: string, group: string): SubscriptionLedger {
  const { family: _, topic: _topic, group: _group, consumers: _consumers, ...all } = place.subscription(topic, group);
  const evidence: Record<string, string[]> = {};
  for (const [kind, rows] of Object.entries(all.evidence))
    if (!NO_ANOMALY.has(kind)) evidence[kind] = rows!.map(({ message, atMs }) => `#${message}@${atMs}`);
  return { ...all, latency: measured(all.latency), wait: measured(all.wait), evidence };
}

/** What a source's ledger should be. */
export function sourceLedger(given: Partial<SourceLedger>): SourceLedger {
  return {
    attempted: 0,
    acknowledged: 0,
    refused: 0,
    unknown: 0,
    waiting: 0,
    retries: 0,
    appended: 0,
    refusals: {},
    ...given,
  };
}

/** What a source's ledger is. */
export function sourceLedgerOf(place: Lab, edge: string): SourceLedger {
  const { edge: _, node: _node, topic: _topic, ...all } = place.source(edge);
  return all;
}
