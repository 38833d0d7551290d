/** What a frame tells of clusters: their brokers, and every replica on them. */

export const CLUSTER = {
  health: 0,
  brokersUp: 1,
  /** Partitions with fewer replicas in sync than assigned. */
  underReplicated: 2,
  /** Partitions without a leader. */
  offline: 3,
  /** Number of the broker that the active controller runs on, -1 for a machine of its own. */
  controller: 4,
  size: 5,
} as const;
/** One block per broker, from `ClusterBlock.brokersAt`. */
export const BROKER = {
  state: 0,
  /** partitions it leads */ leaders: 1,
  /** 1 while the controller does not count on it */ fenced: 2,
  size: 3,
} as const;
export const BROKER_STATE = { down: 0, up: 1, slow: 2, frozen: 3, isolated: 4 } as const;
/** One block per replica, from `HostedTopic.at`, by partition and place in the assigned order. */
export const REPLICA = {
  /** number of its broker, -1 for none */ broker: 0,
  state: 1,
  end: 2,
  highWatermark: 3,
  size: 4,
} as const;
export const REPLICA_STATE = {
  offline: 0,
  leader: 1,
  inSync: 2,
  lagging: 3,
  /** led until lately, and does not know that it no longer does */ zombie: 4,
} as const;

/** A topic on a cluster. */
interface HostedTopic {
  readonly topic: string;
  readonly at: number;
  readonly partitions: number;
  /** Most of a partition. */ readonly replicas: number;
}
export interface ClusterBlock {
  readonly kind: 'cluster';
  readonly at: number;
  readonly brokersAt: number;
  readonly brokers: number;
  readonly topics: readonly HostedTopic[];
}
