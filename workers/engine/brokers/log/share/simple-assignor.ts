/**
 * The broker's `simple` assignor of share groups (KIP-932): who may read which partitions. Unlike in a consumer group a
 * partition may have several readers.
 *
 * Every partition gets the same number of readers, and members differ by one partition at most. Of 5 members and 3
 * partitions each partition gets 2 readers, which makes 6 places for 5 members: 2, 1, 1, 1, 1. Of 2 members and 3 partitions
 * each gets 1: 2, 1. Members keep what they have as far as that allows.
 */
import type { Assignment, AssignmentMember, PartitionCounts, TopicPartition } from '../assignors/assignor.ts';
import { compareText, emptyAssignment, groupTopics, haveEqualSubscriptions } from '../assignors/group.ts';

/**
 * [KW10] The order of members does not matter. With different subscriptions each topic is shared out by itself.
 *
 * @param topics number of partitions of each topic that exists
 * @returns members in the order given, partitions by topic and number
 */
export function assignSimple(topics: PartitionCounts, members: readonly AssignmentMember[]): Assignment {
  const assignment = emptyAssignment(members);
  const all = groupTopics(topics, members).filter((topic) => topic.subscribers.length > 0);
  const parts = all.map(({ name, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic: name, partition })),
  );
  if (haveEqualSubscriptions(members)) shareOut(parts.flat(), members, assignment);
  else all.forEach(({ subscribers }, place) => shareOut(parts[place]!, subscribers, assignment));
  return assignment;
}

interface Place {
  readonly wanted: number;
  readonly had: ReadonlySet<string>;
  readonly gets: Set<string>;
}

function shareOut(
  partitions: readonly TopicPartition[],
  members: readonly AssignmentMember[],
  assignment: ReadonlyMap<string, TopicPartition[]>,
): void {
  const sorted = [...members].sort((a, b) => compareText(a.id, b.id));
  const readers = Math.ceil(sorted.length / partitions.length);
  const wantedUpTo = (count: number): number => Math.ceil((readers * partitions.length * count) / sorted.length);
  const places = sorted.map(({ owned }, place): Place => ({
    wanted: wantedUpTo(place + 1) - wantedUpTo(place),
    had: new Set(owned.map(nameOf)),
    gets: new Set(),
  }));
  for (const partition of partitions) keep(nameOf(partition), places, readers);
  let turn = 0;
  for (const partition of partitions) turn = fill(nameOf(partition), places, readers, turn);
  places.forEach(({ gets }, place) => {
    const mine = assignment.get(sorted[place]!.id)!;
    for (const partition of partitions) if (gets.has(nameOf(partition))) mine.push(partition);
  });
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`;
}

function keep(partition: string, places: readonly Place[], readers: number): void {
  let count = 0;
  for (const { had, gets, wanted } of places) {
    if (count === readers || gets.size === wanted || !had.has(partition)) continue;
    gets.add(partition);
    count += 1;
  }
}

/** Goes round the members that have too few until the partition has its readers. Returns whose turn is next. */
function fill(partition: string, places: readonly Place[], readers: number, first: number): number {
  let missing = readers - places.filter(({ gets }) => gets.has(partition)).length;
  let turn = first;
  for (let tries = 0; missing > 0 && tries < places.length; tries += 1) {
    const { gets, wanted } = places[turn]!;
    turn = (turn + 1) % places.length;
    if (gets.size === wanted || gets.has(partition)) continue;
    gets.add(partition);
    missing -= 1;
  }
  return turn;
}
