/** Who reads which partitions of a group's topics: the four assignors of Kafka's classic group protocol. [KA1] */
import { assignRange } from './range.ts';
import { assignRoundRobin } from './round-robin.ts';
import { assignCooperativeSticky, assignSticky } from './sticky.ts';

export interface TopicPartition {
  readonly topic: string;
  /** Counts from 0. */
  readonly partition: number;
}

export interface AssignmentMember {
  /** Unique in the group. */
  readonly id: string;
  /** A static member's `group.instance.id`, unique in the group; absent for a dynamic member. */
  readonly instanceId?: string;
  /** The subscription, in any order. Topics that do not exist are skipped. */
  readonly topics: readonly string[];
  /** What the member says it held before this rebalance; only the sticky assignors look at it. */
  readonly owned: readonly TopicPartition[];
  /** The generation in which it held them. Absent: it never was in the group. */
  readonly generation?: number;
  /**
   * The generation named in the subscription itself, where it differs from that of the owned partitions; -1 for none.
   * Clients send the same number in both places, so this is for replaying Kafka's own tests.
   */
  readonly subscriptionGeneration?: number;
  /** `client.rack`; absent or empty for none. */
  readonly rack?: string;
}

export type AssignorName = 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky';

/** Whose assignors a member runs: those of Java's client, or of librdkafka, whose sticky ones move other partitions. [KA13] */
export type AssignorClient = 'java' | 'librdkafka';

/** Number of partitions of each topic that exists. */
export type PartitionCounts = Readonly<Record<string, number>>;

/** `racks[topic][partition]`: the racks of the brokers with a replica, null for a broker without one. */
export type ReplicaRacks = Readonly<Record<string, readonly (readonly (string | null)[])[]>>;

/** Every member by id, also those that get nothing; partitions in the order the assignor gave them. */
export type Assignment = ReadonlyMap<string, readonly TopicPartition[]>;

/**
 * The assignment that Kafka's assignor of this name makes. The order of `members` and of topics does not matter: where
 * Kafka's own result depends on the order of a hash table, the order of member ids decides here.
 *
 * @param topics those that exist; what nobody subscribes to is left out, as the group's leader does [KA3]
 * @param racks where replicas are; rack matching happens only if members name racks too and the racks differ
 * @returns members in the order given; no members give an empty map
 */
export function assign(
  name: AssignorName,
  topics: PartitionCounts,
  members: readonly AssignmentMember[],
  racks: ReplicaRacks = {},
  client: AssignorClient = 'java',
): Assignment {
  const wanted = new Set(members.flatMap((member) => member.topics));
  const counts = Object.fromEntries(Object.entries(topics).filter(([topic]) => wanted.has(topic)));
  return assignAll(name, counts, members, racks, client);
}

/**
 * The same without leaving out topics that nobody subscribes to, for replaying what was recorded at this door: the
 * sticky assignors take a topic here for subscribed if all members have the same subscription.
 */
export function assignAll(
  name: AssignorName,
  topics: PartitionCounts,
  members: readonly AssignmentMember[],
  racks: ReplicaRacks,
  client: AssignorClient = 'java',
): Assignment {
  switch (name) {
    case 'range':
      return assignRange(topics, members, racks);
    case 'roundrobin':
      return assignRoundRobin(topics, members);
    case 'sticky':
      return assignSticky(topics, members, racks, client);
    case 'cooperative-sticky':
      return assignCooperativeSticky(topics, members, racks, client);
    default:
      return name satisfies never;
  }
}
