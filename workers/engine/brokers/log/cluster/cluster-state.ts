/** State of brokers, of the clusters they form, and of the replicas they hold. */
import type { NodeOf } from '../../../../scenario/resolve.ts';
import type { Process } from '../../../state.ts';

export interface BrokerState {
  /** Index into `clusters`. */
  cluster: number;
  /** Its number in its cluster, from 0: Kafka's `broker.id`. */
  number: number;
  process: Process;
  /** Cut off from the other brokers and from the controller, not from clients. */
  isolated: boolean;
  /** The controller does not count on it: its session ended. */
  fenced: boolean;
  /** Life of its process that the controller last heard of. */
  heardIncarnation: number;
  /** Its heartbeats are counted from here. */
  heartbeatsFromNs: number;
  /** Ends of sessions that were scheduled before are void. */
  sessionTicket: number;
}

/** Brokers that know each other. A topic that is on no drawn cluster has one of its own. */
export interface ClusterState {
  /** Document id of its node; '' for the brokers that a topic has to itself. */
  id: string;
  gone: boolean;
  /** Null for the brokers that a topic has to itself. */
  settings: NodeOf<'cluster'> | null;
  /** Indexes into `brokers`, by number. */
  brokers: number[];
  /** Index into `fetchers` by the follower's and the leader's number; -1 for none so far. */
  fetchers: number[][];
  /** The broker that the active controller runs on, as index into `brokers`; -1 for a machine of its own. */
  controller: number;
  /** Nothing is decided before this instant: the controller is being replaced. */
  controllerBackNs: number;
  /** Periodic alarms set before are void. */
  ticket: number;
}

/** One broker's fetching from another: one request at a time for all partitions that one leads and the other follows. */
export interface FetcherState {
  /** Indexes into `brokers`. */
  follower: number;
  leader: number;
  /** Topic and partition, one after another. */
  partitions: number[];
  /** What is under way: nothing; a request; a request that waits at the leader for something to tell; an answer. */
  phase: 'idle' | 'request' | 'parked' | 'answer';
  /** Events of an earlier life are void. */
  ticket: number;
  /** What the answer under way carries: topic, partition, leader epoch, log end after it, high watermark. */
  answer: number[];
}

/** What is known of a partition's replicas. The lists go by place in `replicas`. */
export interface ReplicationState {
  /** Log end of each replica. The leader's own is the log's. */
  ends: number[];
  /** Log end of each follower as its last fetch told the leader; -1 for none under this leader. */
  fetched: number[];
  /** High watermark as each replica knows it. */
  marks: number[];
  /** When each follower was last at the log end, and its last fetch with the log end at that time. */
  caughtUpNs: number[];
  lastFetchNs: number[];
  lastFetchEnd: number[];
  /** Log end when the present leader began. */
  epochStart: number;
  /** When the high watermark last moved. */
  markNs: number;
  /** The present leader, or the last one there was. */
  lastLeader: number;
  /** A former leader that does not know it yet; null for none. */
  zombie: ZombieLog | null;
}

/** What a former leader has that the log does not: it is cut off when it hears of its successor. */
export interface ZombieLog {
  /** Index into `brokers`. */
  broker: number;
  /** It runs still, and takes requests. */
  serving: boolean;
  /** Offset of the first one. */
  from: number;
  /** Rows of its messages, each held by it. */
  rows: number[];
  /** Requests with acks=all that wait there in vain: row and position in it. */
  waiting: { request: number; position: number }[];
}
