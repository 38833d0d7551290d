/**
 * Kafka's range assignor: topic by topic, each subscriber gets a run of neighbouring partitions. [KA5]
 *
 * Worked example, topics `a` and `b` with 5 partitions each, members x and y subscribed to both:
 *   5 = 2 × 2 + 1, so the first member gets 3 partitions of each topic, the second 2
 *   x: a0 a1 a2 b0 b1 b2          y: a3 a4 b3 b4
 * The extra partition of every topic falls to the same first members: with many small topics they carry far more.
 *
 * Where racks matter, partitions first go to members on a rack with a replica, within the same counts, and the rest is
 * dealt as above. Topics with the same subscribers and equally many partitions stay together: partition n of all of
 * them goes to one member whose rack suits them all, if there is one.
 *
 * Source: apache/kafka `clients/…/consumer/RangeAssignor.java`.
 */
import type { Assignment, AssignmentMember, PartitionCounts, ReplicaRacks, TopicPartition } from './assignor.ts';
import { comparePartitions, emptyAssignment, racksMatter, replicaRacks, groupTopics } from './group.ts';
import type { GroupTopic } from './group.ts';

/** One topic while it is being assigned. */
interface Dealing {
  readonly topic: GroupTopic;
  /** Racks by partition; empty if no subscriber names a rack. */
  readonly racks: readonly ReadonlySet<string>[];
  readonly racksMatter: boolean;
  /** Ascending. */
  unassigned: readonly number[];
  readonly assigned: Map<string, number>;
  readonly quota: number;
  /** How many members may still get one more than the quota. */
  extras: number;
}

type Lists = Map<string, TopicPartition[]>;

export function assignRange(
  topics: PartitionCounts,
  members: readonly AssignmentMember[],
  racks: ReplicaRacks,
): Assignment {
  const assignment = emptyAssignment(members);
  const dealings = groupTopics(topics, members)
    .filter((topic) => topic.subscribers.length > 0)
    .map((topic) => dealingOf(topic, racks));
  const matching = dealings.some((dealing) => dealing.racksMatter);
  if (matching) matchRacks(dealings, assignment);
  for (const dealing of dealings) dealRuns(dealing, assignment, () => true);
  if (matching) for (const list of assignment.values()) list.sort(comparePartitions);
  return assignment;
}

function dealingOf(topic: GroupTopic, racks: ReplicaRacks): Dealing {
  const numbers = Array.from({ length: topic.partitions }, (_, partition) => partition);
  const memberRacks = new Set(topic.subscribers.flatMap((member) => (member.rack ? [member.rack] : [])));
  const racksOfPartitions =
    memberRacks.size === 0 ? [] : numbers.map((partition) => replicaRacks(racks, topic.name, partition));
  return {
    topic,
    racks: racksOfPartitions,
    racksMatter: racksMatter(memberRacks, racksOfPartitions),
    unassigned: numbers,
    assigned: new Map(),
    quota: Math.floor(topic.partitions / topic.subscribers.length),
    extras: topic.partitions % topic.subscribers.length,
  };
}

function room(dealing: Dealing, member: AssignmentMember): number {
  return Math.max(0, dealing.quota + (dealing.extras > 0 ? 1 : 0) - (dealing.assigned.get(member.id) ?? 0));
}

function give(dealing: Dealing, member: AssignmentMember, partitions: readonly number[], assignment: Lists): void {
  const count = (dealing.assigned.get(member.id) ?? 0) + partitions.length;
  dealing.assigned.set(member.id, count);
  if (count > dealing.quota) dealing.extras -= 1;
  const given = new Set(partitions);
  dealing.unassigned = dealing.unassigned.filter((partition) => !given.has(partition));
  assignment.get(member.id)?.push(...partitions.map((partition) => ({ topic: dealing.topic.name, partition })));
}

type Suits = (member: AssignmentMember, partition: number) => boolean;

function dealRuns(dealing: Dealing, assignment: Lists, suits: Suits): void {
  for (const member of dealing.topic.subscribers) {
    const run = dealing.unassigned.filter((partition) => suits(member, partition)).slice(0, room(dealing, member));
    if (run.length > 0) give(dealing, member, run, assignment);
  }
}

/** A member without a rack suits every partition. */
function onRack(dealing: Dealing, member: AssignmentMember, partition: number): boolean {
  return !member.rack || dealing.racks[partition]?.has(member.rack) === true;
}

function matchRacks(dealings: readonly Dealing[], assignment: Lists): void {
  for (const together of coPartitioned(dealings)) {
    const [only] = together;
    if (together.length > 1) matchTogether(together, assignment);
    else if (only?.racksMatter) {
      dealRuns(only, assignment, (member, partition) => onRack(only, member, partition));
    }
  }
}

/** Topics with the same subscribers and, where racks are known, equally many partitions. */
function coPartitioned(dealings: readonly Dealing[]): readonly (readonly Dealing[])[] {
  const groups = new Map<string, Dealing[]>();
  for (const dealing of dealings) {
    const subscribers = dealing.topic.subscribers.map((member) => member.id);
    const key = JSON.stringify([dealing.racks.length, subscribers]);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(dealing);
  }
  return [...groups.values()];
}

function matchTogether(dealings: readonly Dealing[], assignment: Lists): void {
  const [first] = dealings;
  let waiting = first?.topic.subscribers ?? [];
  for (let partition = 0; partition < (first?.racks.length ?? 0) && waiting.length > 0; partition += 1) {
    const member = waiting.find((candidate) =>
      dealings.every((dealing) => onRack(dealing, candidate, partition) && room(dealing, candidate) > 0),
    );
    if (member === undefined) continue;
    for (const dealing of dealings) give(dealing, member, [partition], assignment);
    if (dealings.every((dealing) => room(dealing, member) === 0)) {
      waiting = waiting.filter((other) => other !== member);
    }
  }
}
