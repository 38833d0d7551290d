/**
 * Message groups: the list of each, and which of them offers something.
 *
 * [SF2] A FIFO group offers its messages in their order up to the first one that is in flight or delayed. Worked example:
 *
 *     receive 3      a1 a2 a3 in flight, a4 visible     nothing: a1 is first and is in flight
 *     a2 extended, the others time out                  a1 alone
 *     a1 deleted                                        nothing: a2 is first now
 *     a2 times out                                      a2 a3 a4
 *
 * A group of a standard queue offers every visible message; messages that came back go before new ones.
 */
import { heapDelete, heapHas, heapSet, heapTop, type IndexedHeap } from '../../core/indexed-heap.ts';
import { pairDelete, pairGet, pairSet } from './pair-table.ts';
import { growGroups, NONE, ROW, type SqsQueue } from './queue-state.ts';

/** The place of a group, made if it has none. `id` NONE is of messages without a group. */
export function groupPlace({ groups }: SqsQueue, id: number): number {
  if (id === NONE) return 0;
  const known = pairGet(groups.places, id, 0);
  if (known !== undefined) return known;
  let place = groups.free;
  if (place === NONE) {
    place = groups.used++;
    growGroups(groups, groups.used);
  } else groups.free = groups.head[place]!;
  groups.id[place] = id;
  groups.stored[place] = 0;
  groups.inFlight[place] = 0;
  groups.head[place] = NONE;
  groups.tail[place] = NONE;
  groups.lastReturned[place] = NONE;
  pairSet(groups.places, id, 0, place);
  return place;
}

/** One message less; a group without any is forgotten. */
export function leaveGroup({ groups }: SqsQueue, place: number): void {
  groups.stored[place]! -= 1;
  if (place === 0 || groups.stored[place]! > 0) return;
  pairDelete(groups.places, groups.id[place]!, 0);
  groups.head[place] = groups.free;
  groups.free = place;
}

/** Puts a row behind another one of its group; behind NONE it is the first. */
function linkAfter(queue: SqsQueue, row: number, before: number): void {
  const { rows, groups } = queue;
  const place = rows.group[row]!;
  const after = before === NONE ? groups.head[place]! : rows.next[before]!;
  rows.previous[row] = before;
  rows.next[row] = after;
  if (before === NONE) groups.head[place] = row;
  else rows.next[before] = row;
  if (after === NONE) groups.tail[place] = row;
  else rows.previous[after] = row;
}

/** Puts a row at the end of its group. */
export function linkLast(queue: SqsQueue, row: number): void {
  linkAfter(queue, row, queue.groups.tail[queue.rows.group[row]!]!);
}

/** [SQ3] Puts a row that came back in front of new ones, behind those that came back before it. Standard queues. */
export function linkReturned(queue: SqsQueue, row: number): void {
  const { lastReturned } = queue.groups;
  const place = queue.rows.group[row]!;
  linkAfter(queue, row, lastReturned[place]!);
  lastReturned[place] = row;
}

export function unlink({ rows, groups }: SqsQueue, row: number): void {
  const place = rows.group[row]!;
  const [before, after] = [rows.previous[row]!, rows.next[row]!];
  if (before === NONE) groups.head[place] = after;
  else rows.next[before] = after;
  if (after === NONE) groups.tail[place] = before;
  else rows.previous[after] = before;
  if (groups.lastReturned[place] === row) groups.lastReturned[place] = before;
}

/** To be called when the first message of a group may have changed. */
export function refreshGroup(queue: SqsQueue, place: number): void {
  const { rows, groups, settings } = queue;
  if (place === 0 && !settings.fifo) return;
  const head = groups.head[place]!;
  const heap = heapHas(groups.noisy, place) ? groups.noisy : groups.ready;
  if (head === NONE || rows.state[head] !== ROW.visible) heapDelete(heap, place);
  else if (!heapHas(heap, place) || heap.key[place] !== rows.sequence[head]) heapSet(heap, place, rows.sequence[head]!);
}

/** A group is a noisy neighbour with more than this share of the messages in flight, … */
const NOISY_SHARE = 0.1;
/** … if they are at least so many. */
const NOISY_MIN = 30;

function isNoisy({ groups, inFlight }: SqsQueue, place: number): boolean {
  return groups.inFlight[place]! >= NOISY_MIN && groups.inFlight[place]! > NOISY_SHARE * inFlight;
}

/**
 * The group of a standard queue to take from: the one whose first message came first, noisy neighbours only when nobody else
 * has anything [SQ12]. NONE when nothing is visible.
 */
export function nextStandardGroup(queue: SqsQueue): number {
  const { groups, rows } = queue;
  const head = groups.head[0]!;
  if (groups.ready.size + groups.noisy.size === 0) return head === NONE ? NONE : 0;
  sortNeighbours(queue);
  const quiet = heapTop(groups.ready);
  if (quiet === NONE) return head === NONE ? heapTop(groups.noisy) : 0;
  return head !== NONE && rows.sequence[head]! < groups.ready.key[quiet]! ? 0 : quiet;
}

/** Noisy groups that are quiet again come back; a group that became noisy is found when it is in front. */
function sortNeighbours(queue: SqsQueue): void {
  const { ready, noisy } = queue.groups;
  for (let at = noisy.size - 1; at >= 0; at -= 1) {
    const place = noisy.item[at]!;
    if (!isNoisy(queue, place)) moveGroup(noisy, ready, place);
  }
  while (ready.size > 0 && isNoisy(queue, heapTop(ready))) moveGroup(ready, noisy, heapTop(ready));
}

function moveGroup(from: IndexedHeap, to: IndexedHeap, place: number): void {
  heapDelete(from, place);
  heapSet(to, place, from.key[place]!);
}

/** The group of a FIFO queue to take from: the one whose first message came first, if it is not too far back [SF11]. */
export function nextFifoGroup({ rows, groups, horizon }: SqsQueue): number {
  const place = heapTop(groups.ready);
  if (place === NONE || horizon === NONE) return place;
  return groups.ready.key[place]! <= rows.sequence[horizon]! ? place : NONE;
}
