/**
 * The sticky assignment of a group whose members have different subscriptions. [KA9]
 *
 * Members keep what they hold and still subscribe to. What nobody holds goes, partition by partition, to the subscriber
 * with the least; topics with few subscribers first. Then partitions move while that makes a member with at least two
 * more than another subscriber equal to it. A member whose partition was last seen with an older generation gets it
 * back before others do.
 *
 * Worked example, `a` and `b` with 3 partitions each, x subscribed to both and holding all six, y joins for `b`:
 *   nothing is unassigned; topics by number of subscribers: a (x), b (x, y)
 *   b0: x has 6, y has 0 → y         b1: 5 against 1 → y         b2: 4 against 2 → y
 *   x: a0 a1 a2          y: b0 b1 b2
 * At 3 against 3 it ends. A difference of one is left alone: moving would only turn it round.
 *
 * A move that would send a partition of a topic where another one of that topic came from is replaced by undoing that
 * earlier move.
 */
import type { NumberedGroup } from './numbered-group.ts';
import { NO_GENERATION, claimed, topicAt } from './numbered-group.ts';
import type { NumberedTopic } from './numbered-group.ts';
import { mismatch } from './sticky-racks.ts';

interface Balancing {
  readonly group: NumberedGroup;
  readonly held: Set<number>[];
  /** Who holds each partition; undefined for nobody. */
  readonly holder: (number | undefined)[];
  /** Who held a partition before it was moved, while it is not back there. */
  readonly movedFrom: Map<number, number>;
  /** Who held a partition in an earlier generation. */
  readonly earlier: ReadonlyMap<number, number>;
}

/**
 * @param order in which partitions are assigned and tried for a move
 * @returns by member
 */
export function assignMixed(
  group: NumberedGroup,
  order: readonly number[] = assigningOrder(group),
): readonly number[][] {
  const balancing: Balancing = {
    group,
    held: group.members.map(() => new Set()),
    holder: group.topicOf.map(() => undefined),
    movedFrom: new Map(),
    earlier: earlierHolders(group),
  };
  const gaveUp = keepOwned(balancing);
  const initial = balancing.held.every((held) => held.size === 0);
  const unassigned = order.filter((partition) => balancing.holder[partition] === undefined);
  assignToLeast(balancing, unassigned);
  balance(balancing, order, gaveUp ? [] : unassigned, initial);
  return balancing.held.map((held) => [...held]);
}

/** Of a partition claimed by several members with less than the highest generation, who had the highest of these. */
function earlierHolders(group: NumberedGroup): ReadonlyMap<number, number> {
  const earlier = new Map<number, number>();
  const generationOf = new Map<number, number>();
  for (const [rank, member] of group.members.entries()) {
    const generation = member.generation ?? NO_GENERATION;
    if (generation >= group.generation) continue;
    for (const partition of claimed(member, group.topicsByName)) {
      const known = generationOf.get(partition);
      if (known !== undefined && known >= generation) continue;
      generationOf.set(partition, generation);
      earlier.set(partition, rank);
    }
  }
  return earlier;
}

/** Keeps what may be kept; true if a member has to give up something that it held. */
function keepOwned({ group, held, holder }: Balancing): boolean {
  let gaveUp = false;
  for (const [rank, owned] of group.owned.entries()) {
    for (const partition of owned) {
      const subscribed = topicAt(group, partition).subscribers.includes(rank);
      if (!subscribed || mismatch(group.racks, rank, partition)) gaveUp = true;
      else {
        held[rank]?.add(partition);
        holder[partition] = rank;
      }
    }
  }
  return gaveUp;
}

/** All partitions, those of topics with few subscribers first, then by topic name. */
export function assigningOrder(group: NumberedGroup): readonly number[] {
  const subscribers = (partition: number): number => topicAt(group, partition).subscribers.length;
  const partitions = Array.from(group.topicOf, (_, partition) => partition);
  return partitions.sort((a, b) => subscribers(a) - subscribers(b) || a - b);
}

/** The first of the subscribers with the least partitions, of those it may be. */
function leastLoaded(
  { held }: Balancing,
  topic: NumberedTopic,
  maybe: (member: number) => boolean = () => true,
): number | undefined {
  let least: number | undefined;
  for (const member of topic.subscribers) {
    if (maybe(member) && (least === undefined || sizeOf(held, member) < sizeOf(held, least))) least = member;
  }
  return least;
}

function sizeOf(held: readonly ReadonlySet<number>[], member: number): number {
  return held[member]?.size ?? 0;
}

/** First what fits a member's rack, then the rest. */
function assignToLeast(balancing: Balancing, partitions: readonly number[]): void {
  const { group, held, holder } = balancing;
  const passes = group.racks.matter ? [true, false] : [false];
  for (const matchRacks of passes) {
    for (const partition of partitions) {
      if (holder[partition] !== undefined) continue;
      const fits = (member: number): boolean => !matchRacks || !mismatch(group.racks, member, partition);
      const member = leastLoaded(balancing, topicAt(group, partition), fits);
      if (member === undefined) continue;
      held[member]?.add(partition);
      holder[partition] = member;
    }
  }
}

/**
 * Moves partitions until nobody gains. Without anything given up, first only what was unassigned before. If the
 * outcome is no better than before, and this is not the first assignment, everything stays as it was.
 */
function balance(balancing: Balancing, order: readonly number[], first: readonly number[], initial: boolean): void {
  const { group, held, holder } = balancing;
  const movable = (partition: number): boolean => topicAt(group, partition).subscribers.length > 1;
  const taking = group.members.map((_, rank) => rank).filter((rank) => takesPart(balancing, rank));
  const before = { held: held.map((partitions) => [...partitions]), holder: [...holder] };

  moveWhileUneven(balancing, first.filter(movable));
  const moved = moveWhileUneven(balancing, order.filter(movable));

  const sizes = (of: readonly Iterable<number>[]): number[] => taking.map((rank) => [...(of[rank] ?? [])].length);
  if (!initial && moved && unevenness(sizes(held)) >= unevenness(sizes(before.held))) {
    held.splice(0, held.length, ...before.held.map((partitions) => new Set(partitions)));
    holder.splice(0, holder.length, ...before.holder);
  }
}

/** A member that holds all it can get, none of it shared with others, is left out. */
function takesPart({ group, held }: Balancing, rank: number): boolean {
  const subscribed = group.topics.filter((topic) => topic.subscribers.includes(rank));
  const most = subscribed.reduce((sum, topic) => sum + topic.partitions, 0);
  if (sizeOf(held, rank) < most) return true;
  return [...(held[rank] ?? [])].some((partition) => topicAt(group, partition).subscribers.length > 1);
}

/** The sum of the differences of all pairs. */
function unevenness(sizes: readonly number[]): number {
  let sum = 0;
  for (const [at, size] of sizes.entries()) {
    for (const other of sizes.slice(at + 1)) sum += Math.abs(size - other);
  }
  return sum;
}

/** True if anything moved. */
function moveWhileUneven(balancing: Balancing, partitions: readonly number[]): boolean {
  const { group, held, holder, earlier } = balancing;
  let moved = false;
  // Moves even the counts out, so passes end; the bound only keeps a fault here from hanging the run.
  for (let pass = 0; pass <= group.topicOf.length; pass += 1) {
    let movedNow = false;
    for (const partition of partitions) {
      const from = holder[partition];
      const topic = topicAt(group, partition);
      const former = earlier.get(partition);
      const back = former !== undefined && topic.subscribers.includes(former) ? former : undefined;
      const to = [back, leastLoaded(balancing, topic)].find(
        (member) => member !== undefined && gains(held, from, member),
      );
      if (to === undefined || from === undefined) continue;
      move(balancing, undoing(balancing, { partition, from, to }), to);
      movedNow = true;
    }
    if (!movedNow) return moved;
    moved = true;
  }
  throw new Error('Partitions keep moving without evening out.');
}

function gains(held: readonly ReadonlySet<number>[], from: number | undefined, to: number): boolean {
  return from !== undefined && sizeOf(held, from) > sizeOf(held, to) + 1;
}

interface Move {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** The partition to move instead: one of the same topic that came the other way, if there is one. */
function undoing({ group, holder, movedFrom }: Balancing, { partition, from, to }: Move): number {
  const source = movedFrom.get(partition) ?? from;
  const topic = topicAt(group, partition);
  for (let other = topic.first; other < topic.first + topic.partitions; other += 1) {
    if (movedFrom.get(other) === to && holder[other] === source) return other;
  }
  return partition;
}

function move({ held, holder, movedFrom }: Balancing, partition: number, to: number): void {
  const from = holder[partition];
  if (from === undefined) throw new Error(`Partition number ${partition} is moved before it is assigned.`);
  const source = movedFrom.get(partition) ?? from;
  if (source === to) movedFrom.delete(partition);
  else movedFrom.set(partition, source);
  held[from]?.delete(partition);
  held[to]?.add(partition);
  holder[partition] = to;
}
