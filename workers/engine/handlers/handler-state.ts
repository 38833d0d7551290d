/** State of consumers: links, instances, workers, readers, commits under way. */
import type { QuotaState } from '../brokers/log/quota.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import type { Family } from '../ledger/subscription.ts';
import type { Heartbeats } from '../brokers/log/heartbeats.ts';
import type { Sampler } from '../core/distributions.ts';
import type { AutoscalerState } from '../scaling/autoscaler-state.ts';
import type { RequesterState } from '../requests/requester-state.ts';
import type { Process } from '../state.ts';
import type { RecordRing } from './record-ring.ts';

/** One `subscribe` edge. */
export interface LinkState {
  edge: number;
  gone: boolean;
  consumer: number;
  subscription: number;
  settings: EdgeOf<'subscribe'>;
  fetched: number;
}

export interface ConsumerState {
  id: string;
  gone: boolean;
  settings: NodeOf<'consumer'>;
  work: Sampler;
  group: number;
  /** What its instances read from. One that reads from nothing yet counts as a log's. */
  family: Family;
  /** Indexes into `links`, in edge order. */
  links: number[];
  /** The same of what is read from another family, as indexes into that family's own array. */
  feeds: number[];
  /** Indexes into `instances`. Those beyond the number that is wanted have been stopped, or are about to. */
  instances: number[];
  /** Indexes into `sources` this handler publishes to, in edge order. */
  sources: number[];
  applied: number;
  slowFactor: number;
  /** Positions are saved by the transaction in which its handlers publish. [KT7] */
  transactional: boolean;
  /** Its handler may fail. */
  failing: boolean;
  /** Null unless it is a client: what it reads are replies, and what it publishes are requests of its own. */
  requester: RequesterState | null;
  /** By place in `sources`: the clients that read what is published there, as indexes into `consumers`. Null if there are none. [RR7] */
  replies: number[][] | null;
  /** Null while its number of instances is fixed. */
  autoscaler: AutoscalerState | null;
  /** Time for which the instances that have stopped were there, summed up. */
  paidNs: number;
}

/** Steps of a worker that has not yet come to an edge. */
export const WORKING = -1;
export const RESTING = -2;

/** Cores that the workers of an instance share. [HD10] */
export interface CoresState {
  /** 0 for one each: they are no longer shared, and some workers still have their share. */
  cores: number;
  /** Workers that have a share. */
  working: number;
  /** What each of them was given up to `sinceNs`, counted from when there was nobody. */
  givenNs: number;
  sinceNs: number;
  ticket: number;
}

/** A message being worked on. */
export interface Worker {
  busy: boolean;
  row: number;
  /** To whom it is owed, as index into `subscriptions` and place among the message's obligations. */
  subscription: number;
  slot: number;
  /** Of a record in a log: its cursor and offset. Of a delivery of another family: -1 - its feed, and the family's own number of it. */
  cursor: number;
  offset: number;
  /** That of its cursor; -1 for what is no record of a log. */
  partition: number;
  /** Edge step the handler waits at: `WORKING`, `RESTING`, else position in the consumer's sources. */
  step: number;
  ticket: number;
  /** At this message, from 1; and how long it rested before the last one, nanoseconds. [HD8] */
  attempt: number;
  restedNs: number;
  /** What its share of the cores comes to when its work is done; -1 while it has no share. [HD10] */
  doneAtNs: number;
  /** Its effect is that of a transaction. */
  transactional: boolean;
}

type InstancePhase = 'down' | 'idle' | 'processing' | 'committing' | 'joining';

/** `hand-out`: work on what was polled; `poll`: poll again; `rejoin`: give everything up and join; `adopt`: give up what moves; `leave`: leave the group. */
export type AfterCommit = 'hand-out' | 'poll' | 'rejoin' | 'adopt' | 'leave';

export interface InstanceState {
  consumer: number;
  /** Position among its consumer's instances, from 0. */
  index: number;
  process: Process;
  /** Stopped for good by a smaller number of instances. */
  stopped: boolean;
  /** Asked for, and not up for the first time yet: its process counts as crashed. [AS11] */
  starting: boolean;
  /** Since when it is paid for. */
  paidFromNs: number;
  phase: InstancePhase;
  /** Index into `members`, -1 while not in a group. */
  member: number;
  /** That of the group when it was last told its assignment. */
  generation: number;
  /** What its last poll threw, as position in `FAILURES`; -1 for nothing. */
  failure: number;
  /** Index into `readers`, one a link. */
  readers: number[];
  /** Records in its memory: handed out by a poll and not yet started, then fetched. */
  records: RecordRing;
  /** Handed out and not finished. */
  unfinished: number;
  workers: Worker[];
  idleWorkers: number;
  /** Null while no cores are shared. */
  cpu: CoresState | null;
  /** What to do when the commit waited for returns. */
  afterCommit: AfterCommit;
  /** A graceful stop has been asked for: leave at the next poll. */
  leaving: boolean;
  /** A join request is on its way or with the coordinator. */
  joinPending: boolean;
  /** The coordinator has been asked where to begin. */
  positionsPending: boolean;
  /** Records the poll in progress will hand out once its commit is through. */
  pollTake: number;
  commitTicket: number;
  /** What the coordinator said to the last commit that the application asked for by itself, see `COMMIT_ANSWER`; -1 for nothing yet. [KO15] */
  commitAnswer: number;
  nextAutoCommitNs: number;
  /** A wake-up for it is scheduled. */
  autoCommitTimer: boolean;
  lastPollNs: number;
  pollTimer: boolean;
  /** Newer protocol: its heartbeats. */
  beat: Heartbeats;
  /** It has sought elsewhere since it last saved a position. */
  sought: boolean;
  /** The coordinator has started a rebalance and this member knows. */
  rebalanceNoticed: boolean;
  /** An assignment of a cooperative rebalance that takes effect at the next poll. */
  newAssignment: number[] | null;
  joinTicket: number;
  /** Random crashes drawn for an earlier life or setting are void. */
  crashTicket: number;
  workStream: number;
  crashStream: number;
  /** For failures of its handler; -1 until one may fail. */
  failureStream: number;
  /** For jitter between its attempts; -1 until there is some. */
  retryStream: number;
  applied: number;
  crashes: number;
  ticket: number;
  /** What a share consumer has to acknowledge; null in a consumer group. */
  share: ShareClient | null;
}

/** A share consumer's own books. Records are named by cursor and offset, in columns side by side. */
export interface ShareClient {
  /** Handed out and not yet acknowledged. */
  givenCursors: number[];
  givenOffsets: number[];
  /** Acknowledged, and not yet told to the broker. */
  saidCursors: number[];
  saidOffsets: number[];
  saidTypes: number[];
  /** A wake-up for renewing locks is scheduled. */
  renewTimer: boolean;
}

/** One instance's fetching over one edge. */
export interface ReaderState {
  instance: number;
  link: number;
  /** Cursors it owns. */
  cursors: number[];
  outstanding: boolean;
  ticket: number;
  rotate: number;
  parked: boolean;
  /**
   * What the response under way carries: cursor, first and last offset (excluded), one after another. Of a share consumer:
   * cursor, offset, row of its message.
   */
  inbound: number[];
  /** It competes with other readers of its group: positions are the broker's. */
  share: boolean;
  /** What its broker counts against a quota; null while there was none. */
  quota: QuotaState | null;
}

/** Acknowledgements of a share consumer under way. */
export interface AcknowledgementPayload {
  instance: number;
  member: number;
  sentNs: number;
  cursors: number[];
  offsets: number[];
  types: number[];
}

export interface CommitPayload {
  instance: number;
  /** The member on whose behalf it was sent: an earlier life's is refused. */
  member: number;
  /** The generation it was sent in. */
  generation: number;
  cursors: number[];
  offsets: number[];
  /** Seeks of each cursor when it was sent. */
  seeks: number[];
}
