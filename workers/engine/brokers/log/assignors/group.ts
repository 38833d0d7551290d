/** What all assignors read from a group before they assign. */
import type { AssignmentMember, PartitionCounts, ReplicaRacks, TopicPartition } from './assignor.ts';

/** Orders texts by UTF-16 code units, as Java's `String.compareTo` does: no locale, capitals first. [KA2] */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Static members first, by instance id; then dynamic ones, by member id. [KA2] */
export function compareMembers(a: AssignmentMember, b: AssignmentMember): number {
  if (a.instanceId !== undefined && b.instanceId !== undefined) return compareText(a.instanceId, b.instanceId);
  if (a.instanceId !== undefined) return -1;
  if (b.instanceId !== undefined) return 1;
  return compareText(a.id, b.id);
}

/** By topic name, then by partition. */
export function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  return compareText(a.topic, b.topic) || a.partition - b.partition;
}

/** A topic with who subscribes to it. */
export interface GroupTopic {
  readonly name: string;
  /** At least 1. */
  readonly partitions: number;
  /** In the order of `compareMembers`, nobody twice. */
  readonly subscribers: readonly AssignmentMember[];
}

/** The topics that have partitions, by name, also those that nobody subscribes to. */
export function groupTopics(topics: PartitionCounts, members: readonly AssignmentMember[]): readonly GroupTopic[] {
  const subscribers = new Map<string, Set<AssignmentMember>>();
  for (const member of [...members].sort(compareMembers)) {
    for (const topic of member.topics) {
      const ofTopic = subscribers.get(topic) ?? new Set();
      subscribers.set(topic, ofTopic.add(member));
    }
  }
  return Object.entries(topics)
    .map(([name, partitions]) => ({ name, partitions, subscribers: [...(subscribers.get(name) ?? [])] }))
    .filter((topic) => topic.partitions > 0)
    .sort((a, b) => compareText(a.name, b.name));
}

/** Whether all members subscribe to the same topics; topics that do not exist count too. */
export function haveEqualSubscriptions(members: readonly AssignmentMember[]): boolean {
  const [first] = members;
  const topics = new Set(first?.topics);
  return members.every((member) => member.topics.length === topics.size && member.topics.every((t) => topics.has(t)));
}

/** The assignment before anything is assigned: every member with an empty list. */
export function emptyAssignment(members: readonly AssignmentMember[]): Map<string, TopicPartition[]> {
  return new Map(members.map((member) => [member.id, []]));
}

/** The racks with a replica of a partition. */
export function replicaRacks(racks: ReplicaRacks, topic: string, partition: number): ReadonlySet<string> {
  const ofTopic = Object.hasOwn(racks, topic) ? racks[topic] : undefined;
  return new Set((ofTopic?.[partition] ?? []).filter((rack) => rack !== null));
}

/**
 * Whether matching racks can gain anything: some member sits where some replica is, and not every partition has a
 * replica on all the racks. [KA4]
 */
export function racksMatter(
  memberRacks: ReadonlySet<string>,
  racksOfPartitions: readonly ReadonlySet<string>[],
): boolean {
  const allRacks = new Set(racksOfPartitions.flatMap((racks) => [...racks]));
  if (![...memberRacks].some((rack) => allRacks.has(rack))) return false;
  return racksOfPartitions.some((racks) => racks.size !== allRacks.size);
}
