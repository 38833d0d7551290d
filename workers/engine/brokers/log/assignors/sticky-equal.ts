/**
 * The sticky assignment of a group whose members all have the same subscription. [KA8]
 *
 * With P partitions and C members everybody gets floor(P/C), and P mod C of them one more. First each member keeps what
 * it holds within these counts, lower partition numbers first; then the rest is dealt round to the members below
 * floor(P/C), and at last to those that have exactly that many.
 *
 * Worked example, `a` with 5 partitions and `b` with 4, x holding a0 a1 a2 b0 b1 b2, y holding a3 a4 b3, and z joins:
 *   9 = 3 × 3 + 0: three for each
 *   x keeps, by partition number, then topic: a0 b0 a1       gives up b1 a2 b2
 *   y keeps a3 b3 a4                                         z gets what is left: a2 b1 b2
 */
import { topicAt } from './numbered-group.ts';
import type { NumberedGroup } from './numbered-group.ts';
import { isNear, mismatch } from './sticky-racks.ts';

interface Filling {
  readonly group: NumberedGroup;
  readonly lists: number[][];
  readonly minQuota: number;
  readonly maxQuota: number;
  /** How many members are to have more than `minQuota`; 0 if it comes out even. */
  readonly expectedOver: number;
  /** How many have by now. */
  over: number;
  /** Members below `minQuota`, ascending. */
  under: number[];
  /** Members with `minQuota` that may still get one more, next one first. */
  exact: number[];
  /** Who held a partition that was not left to it. */
  readonly formerOwner: Map<number, number>;
  readonly moving: Set<number>;
}

/** @returns by member, and the partitions that another member has to give up first */
export function assignEqual(group: NumberedGroup): { lists: readonly number[][]; moving: ReadonlySet<number> } {
  const filling = begin(group);
  for (let member = 0; member < group.members.length; member += 1) keepOwned(filling, member);
  const rest = dealNearby(filling, unassigned(filling));
  dealRound(filling, rest);
  return { lists: filling.lists, moving: filling.moving };
}

function begin(group: NumberedGroup): Filling {
  const total = group.topicOf.length;
  const members = group.members.length;
  return {
    group,
    lists: group.members.map(() => []),
    minQuota: Math.floor(total / members),
    maxQuota: Math.ceil(total / members),
    expectedOver: total % members,
    over: 0,
    under: [],
    exact: [],
    formerOwner: new Map(),
    moving: new Set(),
  };
}

function keepOwned(filling: Filling, member: number): void {
  const { group, formerOwner } = filling;
  const place = (partition: number): number => partition - topicAt(group, partition).first;
  const held = [...(group.owned[member] ?? [])].sort((a, b) => place(a) - place(b) || a - b);
  const far = held.filter((partition) => mismatch(group.racks, member, partition));
  const near = held.filter((p) => !mismatch(group.racks, member, p) && !group.contested.has(p));
  const count = keptCount(filling, member, near.length);
  filling.lists[member]?.push(...near.slice(0, count));
  for (const partition of [...far, ...near.slice(count)]) formerOwner.set(partition, member);
}

/** How many of its partitions a member keeps; notes whether it may get more. */
function keptCount(filling: Filling, member: number, held: number): number {
  const { minQuota, maxQuota, expectedOver } = filling;
  if (held < minQuota) {
    filling.under.push(member);
    return held;
  }
  if (held >= maxQuota && filling.over < expectedOver) {
    filling.over += 1;
    if (filling.over === expectedOver) filling.exact = [];
    return maxQuota;
  }
  if (filling.over < expectedOver) filling.exact.push(member);
  return minQuota;
}

/** What nobody kept: by topic and partition, those that few members sit near first. */
function unassigned(filling: Filling): readonly number[] {
  const { topicOf, racks } = filling.group;
  const kept = new Set(filling.lists.flat());
  const rest = Array.from(topicOf, (_, partition) => partition).filter((partition) => !kept.has(partition));
  return rest.sort((a, b) => (racks.nearby[a] ?? 0) - (racks.nearby[b] ?? 0) || a - b);
}

/** Deals what can go to a member on a rack with a replica, round the members; returns what cannot. */
function dealNearby(filling: Filling, partitions: readonly number[]): readonly number[] {
  if (!filling.group.racks.matter) return partitions;
  let turn = 0;
  return partitions.filter((partition) => {
    const place = nextNear(filling, filling.under, partition, turn);
    const member = place === undefined ? nearExact(filling, partition) : filling.under[place];
    if (member === undefined) return true;
    give(filling, member, partition);
    if (place !== undefined) turn = leaveUnder(filling, member, place);
    return false;
  });
}

/** The place in the list of the first member near the partition, looking round from `from`. */
function nextNear(filling: Filling, list: readonly number[], partition: number, from: number): number | undefined {
  for (let step = 0; step < list.length; step += 1) {
    const place = (from + step) % list.length;
    if (isNear(filling.group.racks, list[place] ?? -1, partition)) return place;
  }
  return undefined;
}

/** After a member below `minQuota` was given one: whose turn is next. */
function leaveUnder(filling: Filling, member: number, place: number): number {
  const count = filling.lists[member]?.length ?? 0;
  if (count < filling.minQuota) return (place + 1) % filling.under.length;
  filling.under.splice(place, 1);
  if (count < filling.maxQuota && filling.over < filling.expectedOver) filling.exact.push(member);
  return filling.under.length === 0 ? 0 : place % filling.under.length;
}

/** A member near the partition that has `minQuota` and may get one more; it leaves that queue. */
function nearExact(filling: Filling, partition: number): number | undefined {
  const place = nextNear(filling, filling.exact, partition, 0);
  if (place === undefined) return undefined;
  const [member] = filling.exact.splice(place, 1);
  filling.over += 1;
  if (filling.over === filling.expectedOver) filling.exact = [];
  return member;
}

/** Deals the rest: one each round the members below `minQuota`, then from the queue of those that have it. */
function dealRound(filling: Filling, partitions: readonly number[]): void {
  let turn = 0;
  for (const partition of partitions) {
    if (turn >= filling.under.length) turn = 0;
    const below = filling.under[turn];
    const member = below ?? filling.exact.shift();
    if (member === undefined) throw new Error('Every member has its quota, and partitions are left.');
    const count = give(filling, member, partition);
    if (below === undefined) continue;
    if (count < filling.minQuota) turn += 1;
    else {
      filling.under.splice(turn, 1);
      filling.exact.push(member);
    }
  }
}

function give(filling: Filling, member: number, partition: number): number {
  const former = filling.formerOwner.get(partition);
  const contested = filling.group.contested.has(partition);
  if (contested || (former !== undefined && former !== member)) filling.moving.add(partition);
  return filling.lists[member]?.push(partition) ?? 0;
}
