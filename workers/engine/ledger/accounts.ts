/** The accounts of the ledger: what each source and each subscription has come to so far. Plain counts. */
import type { RawHop } from './hops.ts';

/** attempted = acknowledged + refused + unknown + waiting, after every event. */
export interface SourceLedger {
  attempted: number;
  acknowledged: number;
  refused: number;
  unknown: number;
  waiting: number;
  retries: number;
  appended: number;
  /** Facts that were merged into the message of another one: they have none of their own, and share its fate. [BP4] */
  merged: number;
  /** Those of them whose message was refused while it waited. */
  mergedLost: number;
  factsInOneMost: number;
  /** Messages that have waited for room and do no longer, for how long altogether, and the longest. [BP1] */
  waited: number;
  waitedNs: number;
  waitedMostNs: number;
  /** Time for which a client had somebody waiting, summed over clients; the time that goes on is not in it. */
  stalledNs: number;
  /** The longest that a batch has taken from its first record until it was first sent. [BP5] */
  bufferedMostNs: number;
  /** Reasons of refusals, by code. */
  refusals: Record<string, number>;
  /** Reasons why a fate stayed unknown, by code; without one for messages that are sent without asking. */
  doubts: Record<string, number>;
}

export const DISORDER_CAUSES = [
  'retry',
  'parallel workers',
  'rebalance',
  'repartition',
  'partitions',
  'duplication',
  'competing consumers',
  'redelivery',
] as const;

export const ANOMALIES = [
  'lost',
  'gone',
  'duplicateEffect',
  'outOfOrder',
  'unexpected',
  'refused',
  'expired',
  'skipped',
  'dropped',
  'deadLettered',
] as const;
export type Anomaly = (typeof ANOMALIES)[number];

/** The first messages that show an anomaly; later ones are counted only. */
export const EVIDENCE_KEPT = 5;

export interface EvidenceRow {
  message: number;
  timeNs: number;
  key: number;
  /** Code of the sentence, see `story.ts`. */
  because: string;
  hops: RawHop[];
  truncated: boolean;
}

/** Order at one subscription of what one source published. */
export interface OrderBook {
  /** Highest sequence applied so far, -1 for none. */
  highest: number;
  /** The same by key index; grown as keys occur; unique keys are not kept. */
  byKey: SequenceColumn;
  /** The same by fixed key, counted from the first of them. */
  byFixedKey: SequenceColumn;
}

/** Four bytes each until a sequence needs more: of many keys each effect waits for the memory of another. */
export type SequenceColumn = Int32Array | Float64Array;

/** owed = inFlight + applied + lost + gone + expired + superseded + dropped + deadLettered, after every event. */
export interface SubscriptionLedger {
  inFlight: number;
  applied: number;
  lost: number;
  gone: number;
  expired: number;
  superseded: number;
  /** Taken by a rule: archived by a share group, or rejected, delivered too often or one too many in a queue without dead letters. */
  dropped: number;
  /** Went on to where dead letters of its queue go. */
  deadLettered: number;
  /** Deliveries, copies included. */
  delivered: number;
  recovered: number;
  unexpected: number;
  duplicateDeliveries: number;
  duplicateEffects: number;
  /** In transactions: work done on messages that a handler had been given before. */
  repeatedWork: number;
  outOfOrderPerKey: number;
  outOfOrderGlobal: number;
  disorderDistanceMax: number;
  /** By position in `DISORDER_CAUSES`. */
  causes: Float64Array;
  skipped: number;
  /** Acknowledged and not yet delivered. */
  unseen: number;
  /** By source; null for one of which nothing was applied. */
  order: (OrderBook | null)[];
  evidence: Record<string, EvidenceRow[]>;
}

/** What a subscription is owed an account of. */
export function owedOf(ledger: SubscriptionLedger): number {
  const { applied, lost, gone, expired, superseded, dropped, deadLettered, inFlight } = ledger;
  return applied + lost + gone + expired + superseded + dropped + deadLettered + inFlight;
}

export function createSourceLedger(): SourceLedger {
  return {
    attempted: 0,
    acknowledged: 0,
    refused: 0,
    unknown: 0,
    waiting: 0,
    retries: 0,
    appended: 0,
    merged: 0,
    mergedLost: 0,
    factsInOneMost: 0,
    waited: 0,
    waitedNs: 0,
    waitedMostNs: 0,
    stalledNs: 0,
    bufferedMostNs: 0,
    refusals: {},
    doubts: {},
  };
}

export function createSubscriptionLedger(): SubscriptionLedger {
  return {
    inFlight: 0,
    applied: 0,
    lost: 0,
    gone: 0,
    expired: 0,
    superseded: 0,
    dropped: 0,
    deadLettered: 0,
    delivered: 0,
    recovered: 0,
    unexpected: 0,
    duplicateDeliveries: 0,
    duplicateEffects: 0,
    repeatedWork: 0,
    outOfOrderPerKey: 0,
    outOfOrderGlobal: 0,
    disorderDistanceMax: 0,
    causes: new Float64Array(DISORDER_CAUSES.length),
    skipped: 0,
    unseen: 0,
    order: [],
    evidence: {},
  };
}
