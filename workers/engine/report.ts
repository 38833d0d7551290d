/** The report of a run: the documented, stable outcome that the command line prints and the page shows. */

/** Quantiles of a latency, milliseconds; absent while nothing was measured. */
export interface LatencySummary {
  readonly count: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
}

/** A message that shows an anomaly, with its life so far. */
export interface Evidence {
  /** Logical id: counts from 1 over the whole run. */
  readonly message: number;
  readonly atMs: number;
  /** The key's text, or null for none. */
  readonly key: string | null;
  /** One sentence: what happened and why. */
  readonly because: string;
  /** Oldest first; may begin late when the ring of recent hops has moved on (`truncated`). */
  readonly history: readonly Hop[];
  readonly truncated: boolean;
}

export interface Hop {
  readonly atMs: number;
  /** e.g. `produced`, `sent`, `appended`, `acknowledged`, `fetched`, `applied`, `committed`. */
  readonly what: string;
  /** Node or edge id. */
  readonly where: string;
  /** Partition and offset, attempt number, instance: what the hop was about. Empty if nothing. */
  readonly detail: string;
}

/** The life of one message, as far as the ring of recent hops and the ledger still know it. */
export interface MessageStory extends Evidence {
  /** Edge id of the source that published it. */
  readonly source: string;
  readonly parent: number | null;
  readonly root: number;
  readonly status: 'waiting' | 'acknowledged' | 'refused' | 'unknown';
}

/** One event of a run: what happens, and where by the names of the design; empty where it concerns no one thing. */
export interface EventStory {
  readonly what: string;
  readonly where: string;
}

/** Why a message was applied out of order. */
export type DisorderCause =
  | 'retry'
  | 'parallel workers'
  | 'rebalance'
  | 'repartition'
  | 'partitions'
  | 'duplication'
  | 'competing consumers'
  | 'redelivery';

/** One `publish` edge. attempted = acknowledged + refused + unknown + waiting, at every instant. */
export interface SourceReport {
  readonly edge: string;
  readonly node: string;
  readonly topic: string;
  readonly attempted: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  readonly waiting: number;
  readonly retries: number;
  /** Records appended through this edge, messages that a queue or a topic took in, rows inserted: copies included. */
  readonly appended: number;
  readonly refusals: Readonly<Record<string, number>>;
}

export type Guarantee = 'exactly-once effect' | 'at-least-once' | 'at-most-once' | 'none';
export type OrderGuarantee = 'global' | 'per key' | 'none';

/** One group's reading of one topic. owed = applied + lost + gone + expired + superseded + dropped + inFlight, at every instant. */
export interface SubscriptionReport {
  /** The family of brokers that it reads from: a log (Kafka), queues behind exchanges (RabbitMQ), a managed queue (SQS), a table. */
  readonly family: 'log' | 'amqp' | 'sqs' | 'table';
  /** Id of the topic, queue or table that it reads. */
  readonly topic: string;
  /** Empty for those who compete for the messages of a queue or a table. */
  readonly group: string;
  readonly consumers: readonly string[];
  readonly owed: number;
  readonly delivered: number;
  readonly applied: number;
  readonly lost: number;
  readonly gone: number;
  readonly expired: number;
  /** Compacted away before the group had them: later records of their keys stand for them. */
  readonly superseded: number;
  /** Taken by a rule of the broker: rejected, delivered as often as is allowed, or one too many in its queue. */
  readonly dropped: number;
  /** Went on to where dead letters of its queue go. */
  readonly deadLettered: number;
  readonly inFlight: number;
  readonly recovered: number;
  readonly unexpected: number;
  readonly duplicateDeliveries: number;
  readonly duplicateEffects: number;
  /** In transactions: work done again, on messages that a handler had been given before. What it did outside of Kafka was done twice. */
  readonly repeatedWork: number;
  readonly outOfOrderPerKey: number;
  readonly outOfOrderGlobal: number;
  readonly disorderCauses: Readonly<Partial<Record<DisorderCause, number>>>;
  /** Largest number of places a message came late, per key. */
  readonly disorderDistanceMax: number;
  readonly skipped: number;
  readonly unseen: number;
  readonly unseenOldestMs: number;
  readonly lag: number;
  /** The largest of what was found every 100 ms. */
  readonly lagMax: number;
  readonly rebalances: number;
  /** Records that it is done with and could be given again, were it to go back: a log keeps them, a queue does not. */
  readonly replayable: number;
  readonly verdict: Guarantee;
  readonly order: OrderGuarantee;
  readonly latency: LatencySummary | null;
  readonly wait: LatencySummary | null;
  readonly evidence: Readonly<Partial<Record<string, readonly Evidence[]>>>;
}

export interface CheckReport {
  readonly id: string;
  readonly claim: string;
  readonly of: string;
  readonly holds: boolean;
  /** One sentence with the figure found. */
  readonly finding: string;
  /** Instant of the first breach, or null. */
  readonly firstBreachMs: number | null;
  /** Logical ids of the first messages that broke it. */
  readonly messages: readonly number[];
}

export interface NodeReport {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Plain figures by name, units in the name. */
  readonly figures: Readonly<Record<string, number>>;
}

export interface EdgeReport {
  readonly id: string;
  readonly kind: string;
  readonly figures: Readonly<Record<string, number>>;
}

export interface Report {
  readonly format: 'sluice-report/1';
  readonly engine: string;
  readonly title: string;
  readonly seed: number;
  readonly untilMs: number;
  readonly events: number;
  readonly messages: number;
  /** 16 hexadecimal digits over every event so far. */
  readonly digest: string;
  readonly nodes: readonly NodeReport[];
  readonly edges: readonly EdgeReport[];
  readonly sources: readonly SourceReport[];
  readonly subscriptions: readonly SubscriptionReport[];
  readonly checks: readonly CheckReport[];
}

/** What one `publish` edge came to in a part of a run. */
export type SourceWindow = Pick<SourceReport, 'edge' | 'node' | 'topic'> &
  Readonly<Record<'attempted' | 'acknowledged' | 'refused' | 'unknown' | 'retries' | 'appended', number>>;

/** What one group's reading of one topic came to in a part of a run. */
export type SubscriptionWindow = Pick<
  SubscriptionReport,
  | 'topic'
  | 'group'
  | 'delivered'
  | 'applied'
  | 'lost'
  | 'gone'
  | 'expired'
  | 'superseded'
  | 'dropped'
  | 'deadLettered'
  | 'recovered'
  | 'unexpected'
  | 'duplicateDeliveries'
  | 'duplicateEffects'
  | 'outOfOrderPerKey'
  | 'outOfOrderGlobal'
  | 'skipped'
  | 'latency'
  | 'wait'
>;

/**
 * A part of a run: everything is counted after `fromMs` and up to `untilMs`. A count can be negative where a fate was changed,
 * as when a message that had been lost is owed again. Least and greatest latencies are ends of buckets.
 */
export interface WindowReport {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly sources: readonly SourceWindow[];
  readonly subscriptions: readonly SubscriptionWindow[];
}
