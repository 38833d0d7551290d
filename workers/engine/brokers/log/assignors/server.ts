/**
 * The two assignors that run in the broker, for groups of the `consumer` protocol (KIP-848). [KA11] [KA12]
 *
 * `range` deals runs of neighbouring partitions as the classic one does, without looking at racks.
 *
 * `uniform` keeps what members hold up to their quota and hands out the rest. Worked example, topic `a` with 7
 * partitions, members x holding a0–a4, y holding a5 a6, z new; 7 = 3 × 2 + 1, so quotas are 3, 2 and 2:
 *   x keeps a0 a1 a2         y keeps a5 a6         z gets a3 a4
 *
 * With different subscriptions every partition that nobody holds goes to its least loaded subscriber; then topic by
 * topic, partitions move from the most to the least loaded subscriber while they differ by two or more.
 *
 * Kafka goes through members in the order of a hash table and through equally large topics by their random ids; here it
 * is by member id and topic name. So counts are Kafka's, and who has one more may differ.
 *
 * Source: apache/kafka `group-coordinator/…/assignor/{RangeAssignor,Uniform*AssignmentBuilder}.java`.
 */
import type { Assignment, AssignmentMember, PartitionCounts } from './assignor.ts';
import { namedAssignment, numberedGroup, topicAt } from './numbered-group.ts';
import type { NumberedGroup, NumberedTopic } from './numbered-group.ts';
import { assignRange } from './range.ts';
import { haveEqualSubscriptions } from './group.ts';

/** Kafka gives up after this many rounds over all topics. */
const MAX_ROUNDS = 16;

/** @param topics those that exist */
export function assignServerRange(topics: PartitionCounts, members: readonly AssignmentMember[]): Assignment {
  return assignRange(topics, members, {});
}

/** @param topics those that exist; what nobody subscribes to is left out */
export function assignServerUniform(topics: PartitionCounts, members: readonly AssignmentMember[]): Assignment {
  const wanted = new Set(members.flatMap((member) => member.topics));
  const counts = Object.fromEntries(Object.entries(topics).filter(([topic]) => wanted.has(topic)));
  const group = numberedGroup(counts, members, {});
  const equal = haveEqualSubscriptions(members);
  return namedAssignment(group, members, equal ? fillQuotas(group) : levelTopics(group));
}

function fillQuotas(group: NumberedGroup): readonly number[][] {
  const total = group.topicOf.length;
  const members = group.members.length;
  const extras = total % Math.max(members, 1);
  const quota = (rank: number): number => Math.floor(total / members) + (rank < extras ? 1 : 0);

  const lists = group.owned.map((owned, rank) => [...owned].sort((a, b) => a - b).slice(0, quota(rank)));
  const kept = new Set(lists.flat());
  const rest = Array.from(group.topicOf, (_, partition) => partition).filter((partition) => !kept.has(partition));
  for (const [rank, list] of lists.entries()) list.push(...rest.splice(0, quota(rank) - list.length));
  return lists;
}

interface Levelling {
  readonly group: NumberedGroup;
  readonly held: readonly Set<number>[];
}

function levelTopics(group: NumberedGroup): readonly number[][] {
  const held = group.owned.map((owned, rank) => {
    return new Set([...owned].filter((partition) => topicAt(group, partition).subscribers.includes(rank)));
  });
  const levelling: Levelling = { group, held };
  const topics = [...group.topics].sort(
    (a, b) =>
      b.partitions / b.subscribers.length - a.partitions / a.subscribers.length ||
      a.subscribers.length - b.subscribers.length ||
      a.first - b.first,
  );
  const assigned = new Set(held.flatMap((partitions) => [...partitions]));
  for (const topic of topics) assignLeast(levelling, topic, assigned);
  levelInRounds(
    levelling,
    topics.filter((topic) => topic.subscribers.length > 1),
  );
  return held.map((partitions) => [...partitions].sort((a, b) => a - b));
}

/** Subscribers by how much they hold at this moment, then by id. */
function byLoad({ held }: Levelling, topic: NumberedTopic): readonly number[] {
  return [...topic.subscribers].sort((a, b) => load(held, a) - load(held, b) || a - b);
}

function load(held: readonly ReadonlySet<number>[], rank: number): number {
  return held[rank]?.size ?? 0;
}

/** The least loaded, the first in the list of several. */
function least(held: readonly ReadonlySet<number>[], ranks: readonly number[]): number | undefined {
  return ranks.reduce<number | undefined>(
    (best, rank) => (best === undefined || load(held, rank) < load(held, best) ? rank : best),
    undefined,
  );
}

/** The most loaded, the last in the list of several. */
function most(held: readonly ReadonlySet<number>[], ranks: readonly number[]): number | undefined {
  return ranks.reduce<number | undefined>(
    (best, rank) => (best === undefined || load(held, rank) >= load(held, best) ? rank : best),
    undefined,
  );
}

function assignLeast(levelling: Levelling, topic: NumberedTopic, assigned: ReadonlySet<number>): void {
  const order = byLoad(levelling, topic);
  for (let partition = topic.first; partition < topic.first + topic.partitions; partition += 1) {
    const rank = assigned.has(partition) ? undefined : least(levelling.held, order);
    if (rank !== undefined) levelling.held[rank]?.add(partition);
  }
}

/** Levels topic after topic, until a whole round has moved nothing. */
function levelInRounds(levelling: Levelling, topics: readonly NumberedTopic[]): void {
  let lastMoved = -1;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    for (const [index, topic] of topics.entries()) {
      if (index === lastMoved) return;
      if (level(levelling, topic) || lastMoved === -1) lastMoved = index;
    }
  }
}

/** True if a partition of the topic moved. */
function level(levelling: Levelling, topic: NumberedTopic): boolean {
  const { held } = levelling;
  const order = byLoad(levelling, topic);
  const toGive = new Map(order.map((rank) => [rank, heldOf(levelling, topic, rank)]));
  let moved = false;
  // Ends: each turn takes one partition out of `toGive`.
  for (;;) {
    const from = most(
      held,
      order.filter((rank) => (toGive.get(rank)?.length ?? 0) > 0),
    );
    const to = least(held, order);
    if (from === undefined || to === undefined || load(held, from) - load(held, to) <= 1) return moved;
    const partition = toGive.get(from)?.pop();
    if (partition === undefined) return moved;
    held[from]?.delete(partition);
    held[to]?.add(partition);
    moved = true;
  }
}

function heldOf({ held }: Levelling, topic: NumberedTopic, rank: number): number[] {
  const inTopic = (partition: number): boolean =>
    partition >= topic.first && partition < topic.first + topic.partitions;
  return [...(held[rank] ?? [])].filter(inTopic).sort((a, b) => a - b);
}
