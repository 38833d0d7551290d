/**
 * A group as the assignors that look at what members hold see it: members and partitions as numbers. [KA7]
 *
 * Members are numbered in the order of their ids and partitions by topic name, then partition, so that ascending
 * numbers are Kafka's orders. With topics `a` (2 partitions) and `b` (3), partition 3 is b1.
 */
import type { AssignmentMember, PartitionCounts, ReplicaRacks, TopicPartition } from './assignor.ts';
import { compareText, groupTopics } from './group.ts';
import { racksOf } from './sticky-racks.ts';
import type { StickyRacks } from './sticky-racks.ts';

/** The generation of a member that names none. */
export const NO_GENERATION = -1;

export interface NumberedTopic {
  readonly name: string;
  readonly partitions: number;
  /** The number of its partition 0. */
  readonly first: number;
  /** Ascending. */
  readonly subscribers: readonly number[];
}

export interface NumberedGroup {
  readonly members: readonly AssignmentMember[];
  /** By name, also those that nobody subscribes to. */
  readonly topics: readonly NumberedTopic[];
  readonly topicsByName: ReadonlyMap<string, NumberedTopic>;
  /** The index in `topics` of each partition's topic. */
  readonly topicOf: readonly number[];
  /** What each member holds by a valid claim. */
  readonly owned: readonly ReadonlySet<number>[];
  /** Claimed by two members of the same generation, and so by none. */
  readonly contested: ReadonlySet<number>;
  /** The highest generation any member names. */
  readonly generation: number;
  readonly racks: StickyRacks;
}

export function numberedGroup(
  counts: PartitionCounts,
  given: readonly AssignmentMember[],
  replicas: ReplicaRacks,
): NumberedGroup {
  const members = [...given].sort((a, b) => compareText(a.id, b.id));
  const { topics, topicOf } = numberTopics(counts, members);
  const topicsByName = new Map(topics.map((topic) => [topic.name, topic]));
  const claims = settleClaims(members, topicsByName);
  return { members, topics, topicsByName, topicOf, ...claims, racks: racksOf(members, topics, replicas) };
}

function numberTopics(counts: PartitionCounts, members: readonly AssignmentMember[]) {
  const rankOf = new Map(members.map((member, rank) => [member, rank]));
  const topics: NumberedTopic[] = [];
  const topicOf: number[] = [];
  for (const { name, partitions, subscribers } of groupTopics(counts, members)) {
    const ranks = subscribers.map((member) => rankOf.get(member) ?? 0).sort((a, b) => a - b);
    topics.push({ name, partitions, first: topicOf.length, subscribers: ranks });
    for (let partition = 0; partition < partitions; partition += 1) topicOf.push(topics.length - 1);
  }
  return { topics, topicOf };
}

/**
 * Who holds what. Of two claims on a partition that of the higher generation holds; two of the same generation are a
 * contradiction, and neither holds.
 */
function settleClaims(members: readonly AssignmentMember[], topics: ReadonlyMap<string, NumberedTopic>) {
  const owned = members.map(() => new Set<number>());
  const contested = new Set<number>();
  const claimant = new Map<number, number>();
  let generation = NO_GENERATION;
  for (const [rank, member] of members.entries()) {
    const own = member.generation ?? NO_GENERATION;
    generation = Math.max(generation, own);
    for (const partition of claimed(member, topics)) {
      const other = claimant.get(partition);
      const others = other === undefined ? undefined : subscriptionGeneration(members[other]);
      if (others !== undefined && own < others) continue;
      if (other !== undefined) owned[other]?.delete(partition);
      if (own === others) contested.add(partition);
      else owned[rank]?.add(partition);
      claimant.set(partition, rank);
    }
  }
  return { owned, contested, generation };
}

function subscriptionGeneration(member: AssignmentMember | undefined): number {
  return member?.subscriptionGeneration ?? member?.generation ?? NO_GENERATION;
}

/** The numbers of the partitions a member says it held, without those that do not exist. */
export function claimed(member: AssignmentMember, topicsByName: ReadonlyMap<string, NumberedTopic>): readonly number[] {
  return member.owned.flatMap(({ topic, partition }) => {
    const known = topicsByName.get(topic);
    return known !== undefined && partition < known.partitions ? [known.first + partition] : [];
  });
}

/** Lists of partition numbers by member, as the assignment they stand for, members in the order given. */
export function namedAssignment(
  group: NumberedGroup,
  given: readonly AssignmentMember[],
  lists: readonly Iterable<number>[],
): ReadonlyMap<string, readonly TopicPartition[]> {
  const byId = new Map<string, readonly TopicPartition[]>(given.map((member) => [member.id, []]));
  for (const [rank, member] of group.members.entries()) {
    byId.set(
      member.id,
      Array.from(lists[rank] ?? [], (number) => named(group, number)),
    );
  }
  return byId;
}

function named(group: NumberedGroup, number: number): TopicPartition {
  const topic = topicAt(group, number);
  return { topic: topic.name, partition: number - topic.first };
}

/** The topic of a partition. */
export function topicAt(group: NumberedGroup, number: number): NumberedTopic {
  const topic = group.topics[group.topicOf[number] ?? -1];
  if (topic === undefined) throw new Error(`There is no partition number ${number}.`);
  return topic;
}
