/** State of the log: partitions, topics, subscriptions and their positions, groups and members. */
import type { ReplicationState } from './cluster/cluster-state.ts';
import type { NodeOf } from '../../../scenario/resolve.ts';
import type { SubscriptionState } from '../../ledger/subscription.ts';
import type { SharePartition } from './share/share-partition.ts';
import type { LinkState } from '../../handlers/handler-state.ts';

/** What a broker remembers of a producer on one partition, for idempotence. */
export interface ProducerMemory {
  producerId: number;
  epoch: number;
  /** -1 while nothing of this epoch is in the log. */
  lastSequence: number;
  /** The last five batches: first and last sequence and the offset after its last record. */
  recent: { first: number; last: number; offset: number }[];
}

/** A piece of a partition's log. A timestamp of -1 stands for none: nothing was ever in it. */
export interface SegmentState {
  /** Its first offset; it reaches up to the next one's. */
  base: number;
  bytes: number;
  /** Timestamp of its first batch. */
  firstNs: number;
  largestNs: number;
}

/** A transaction with data in a partition and no marker yet. */
export interface OpenTransaction {
  producerId: number;
  /** Offset of its first record. */
  first: number;
  /** Its records as runs of offsets: first and end (excluded), one run after another. */
  runs: number[];
}

export interface EndedTransaction extends OpenTransaction {
  /** Offset of its marker. */
  marker: number;
  commit: boolean;
}

export interface PartitionTransactions {
  /** In the order of their first offsets. */
  open: OpenTransaction[];
  /** With a marker that is not yet below the high watermark, in the order of their markers. */
  ended: EndedTransaction[];
  /** Kafka's transaction index: aborted ones by marker (`last`), with the last stable offset when it ended. */
  aborted: { producerId: number; first: number; last: number; stable: number }[];
}

/** One partition's log. Record columns are rings: offset o is at `o & mask`. */
export interface PartitionState {
  start: number;
  highWatermark: number;
  end: number;
  mask: number;
  row: Int32Array;
  message: Float64Array;
  key: Int32Array;
  bytes: Int32Array;
  appendedNs: Float64Array;
  /** Its message's source and place in that source's order. */
  source: Int32Array;
  sequence: Float64Array;
  /** Bits, see `RECORD_FLAG` in `partition.ts`. */
  flags: Uint8Array;
  /** Offsets from the log start on that hold no record: their `row` is -1, their `message` 0, their `bytes` 0. */
  holes: number;
  totalBytes: number;
  /** Oldest first, at least one; the last one is active. */
  segments: SegmentState[];
  /** The cleaner has been through everything below. */
  cleanedTo: number;
  /** Tombstones that the cleaner has passed, and when each may go; by offset. */
  tombstones: { offset: number; untilNs: number }[];
  /** Records that the cleaner has taken. */
  compacted: number;
  busyUntilNs: number;
  producers: ProducerMemory[];
  /** Null while nothing transactional was ever written. */
  transactions: PartitionTransactions | null;
  /** Appends that wait for the high watermark (acks all): offset to reach, request, position in it. */
  waiting: { offset: number; request: number; position: number }[];
  /** The broker that leads, as index into `brokers`; -1 while none does. */
  leader: number;
  /** Counts changes of leader: what was begun under an earlier epoch is void. */
  leaderEpoch: number;
  /** Brokers that hold a copy, in order of preference: the first one leads if it can. */
  replicas: number[];
  /** Those of them that are in sync, in the same order, the leader included. */
  isr: number[];
  /** What each replica has; null while the topic has brokers to itself, which behave as one. */
  replication: ReplicationState | null;
}

export interface TopicState {
  id: string;
  gone: boolean;
  settings: NodeOf<'topic'>;
  /** Index into `clusters`. */
  cluster: number;
  /** Brokers by partition, as numbers in its cluster, where they were given. */
  assigned: number[][];
  partitions: PartitionState[];
  /** Indexes into `subscriptions`, in the order of the messages' obligations. */
  subscriptions: number[];
  /** Partition of a key by key index, for the present number of partitions; -1 not yet computed. */
  keyPartition: Int32Array;
  /** Readers whose fetch waits for data. */
  parked: number[];
  /** When retention is looked at next; Infinity while there is nothing that could go. */
  retentionDueNs: number;
  /** When the cleaner looks next; Infinity while there is nothing to clean. */
  cleaningDueNs: number;
  repartitionedNs: number;
}

/** A group's reading of one topic. Nothing is owed to it while no consumer of the group reads the topic. */
export interface LogSubscription extends SubscriptionState {
  family: 'log';
  /** Equal to `origin`. */
  topic: number;
  group: number;
  /** All who read for it see only what is committed. */
  committedOnly: boolean;
  /** Position of this subscription in its topic's list, so also in a message's obligations. */
  slot: number;
  /** Index into `cursors` by partition. */
  cursors: number[];
}

/** Position of a subscription in one partition. */
export interface CursorState {
  subscription: number;
  partition: number;
  /** Next offset to read as saved at the broker; -1 for none. */
  committed: number;
  /** Below this the log gives no further chance to apply. */
  floor: number;
  /** Member that owns it, as index into `members`; -1 for none. */
  owner: number;
  /** Instance-side state, valid while an instance holds it. */
  reader: number;
  /** The instance that reads by it, -1 for none: who asks whether it is his asks at every step of a record. */
  holder: number;
  /** Next offset to fetch; -1 until the position is known. */
  fetchOffset: number;
  /** Records fetched and not handed out. */
  buffered: number;
  /** Offset after the last record handed out by a poll. */
  handed: number;
  /** Lowest offset not yet finished, and finished ones above it. */
  done: number;
  doneAhead: number[];
  /** Offsets without a record that were passed by fetching and not yet by `done`: start and end of each run of them. */
  gaps: number[];
  /** Highest offset ever handed to a handler plus one: below it a delivery is a redelivery. */
  seen: number;
  /** What the members of a share group have in hand of the partition; null in a consumer group. */
  share: SharePartition | null;
  /** Where a person wants its reader to go on; -1 for nowhere else. */
  seekTo: number;
  /** Seeks so far, and how many of them the saved position knows of: a later one may be lower. */
  seeks: number;
  savedSeeks: number;
  /** Its reader does not fetch it. */
  paused: boolean;
  /** Offsets that were stepped over and below the floor, as from (included) and to (excluded), one after another. */
  excused: number[];
  /** What its reader has sought past and not saved: from (included) and to (excluded); -1 for nothing. */
  skipFrom: number;
  skipTo: number;
}

export interface GroupState {
  name: string;
  /** In a share group members compete for records instead of dividing partitions among them. */
  kind: 'consumer' | 'share';
  /** The protocol of its members, or of the last ones it had. */
  protocol: 'classic' | 'consumer';
  /** `reconciling`: in the newer protocol, while members are on their way to the target. */
  state: 'empty' | 'preparing' | 'completing' | 'stable' | 'reconciling';
  sinceNs: number;
  /** In the newer protocol the group's epoch. */
  generation: number;
  /** Newer protocol: epoch of the target assignment; and whether topics have changed since. */
  targetEpoch: number;
  stale: boolean;
  /** Live member indexes, in order of joining. */
  members: number[];
  /** Void timers of an earlier phase. */
  ticket: number;
  /** The round in progress is the first of an empty group. */
  initial: boolean;
  /** Somebody joined since the first round began to wait. */
  grown: boolean;
  roundStartNs: number;
  deadlineNs: number;
  /** Rounds completed. */
  rebalances: number;
}

/** A member as the coordinator sees it: it outlives the process until its session ends. */
export interface MemberState {
  id: string;
  group: number;
  instance: number;
  gone: boolean;
  /** `group.instance.id`; empty for a dynamic member. */
  instanceId: string;
  /** Another process has taken its instance id. */
  fenced: boolean;
  /** Newer protocol: a static member that has said it will be back. */
  away: boolean;
  /** Newer protocol: its epoch and the one before, and how it stands to the target. */
  epoch: number;
  previousEpoch: number;
  reconciling: 'stable' | 'unrevoked' | 'unreleased';
  /** Cursors that it has to give up first; what the assignor wants it to have; and its topics. */
  revoking: number[];
  target: number[];
  topics: string[];
  lastBeatNs: number;
  /** Its process has said, or tried to say, that it leaves, and will be another member. */
  left: boolean;
  /** Has joined the round in progress. */
  joined: boolean;
  /** Its heartbeats are counted from here. */
  joinedNs: number;
  /** What it took part in the last round with: a live change of the assignor needs another round. */
  assignor: LinkState['settings']['assignor'];
  /** Cursors as reported in the last join, without those that it has given up since. */
  owned: number[];
  assigned: number[];
  /** Its heartbeats do not reach the coordinator: its session runs out. */
  silent: boolean;
  /** Session timers of an earlier silence are void. */
  sessionTicket: number;
}
