/**
 * The state machine of a share-partition (KIP-932): the window of records that a share group has in hand of one partition.
 *
 *     start (SPSO)                       end
 *      │ available, acquired, final ones  │ never acquired yet
 *
 * An acquisition locks a record for one member and counts a delivery. Accepted it is acknowledged, rejected it is archived;
 * released, or not acknowledged in time, it is available again, or archived when it has been delivered as often as is allowed.
 * The start moves over final records, so what is below it is final, too. Worked example, with a limit of 2 deliveries:
 *
 *     acquire A, 2 records   0 acquired(1) by A, 1 acquired(1) by A           start 0
 *     A accepts 1            0 acquired(1) by A, 1 acknowledged               start 0: 0 is not final
 *     A releases 0           0 available(1)                                   start 0
 *     acquire B              0 acquired(2) by B                               start 0
 *     the lock of B ends     0 archived(2): both deliveries are spent         start 2
 *
 * Nothing in here knows of a run: offsets, numbers of members, instants in nanoseconds.
 */
import { assert } from '../../../core/assert.ts';
import { growFloat64, growInt32 } from '../../../core/columns.ts';

export const SHARE_STATE = { available: 0, acquired: 1, acknowledged: 2, archived: 3 } as const;

/** What a member says of a record that it holds; Kafka's codes. */
export const ACKNOWLEDGE = { accept: 1, release: 2, reject: 3, renew: 4 } as const;

/** Record columns are rings: offset o is at `o & mask`. */
export interface SharePartition {
  /** Everything below it is final. -1 until the group first asks for the partition. */
  start: number;
  /** Offset after the last one ever acquired. */
  end: number;
  mask: number;
  state: Uint8Array;
  deliveries: Uint8Array;
  /** Who holds an acquired record. */
  member: Int32Array;
  /** When the lock of an acquired record ends. */
  lockEndsNs: Float64Array;
  /** Available records in the window. */
  available: number;
  /** Acknowledged and archived ones in the window. */
  final: number;
  /** No lock ends before this; Infinity without locks. */
  nextLockEndNs: number;
  /** When whoever keeps the time looks at locks next; Infinity for never. */
  alarmNs: number;
}

const FIRST_CAPACITY = 16;

/** A share-partition that nobody has asked for yet. */
export function createSharePartition(): SharePartition {
  return {
    start: -1,
    end: -1,
    mask: FIRST_CAPACITY - 1,
    state: new Uint8Array(FIRST_CAPACITY),
    deliveries: new Uint8Array(FIRST_CAPACITY),
    member: new Int32Array(FIRST_CAPACITY),
    lockEndsNs: new Float64Array(FIRST_CAPACITY),
    available: 0,
    final: 0,
    nextLockEndNs: Infinity,
    alarmNs: Infinity,
  };
}

/** Reading begins at that offset. */
export function openSharePartition(share: SharePartition, start: number): void {
  share.start = start;
  share.end = start;
}

/** Whether the group may still acquire the record, or has it in hand. */
export function isOpen(share: SharePartition, offset: number): boolean {
  if (offset < share.start) return false;
  return offset >= share.end || share.state[offset & share.mask]! < SHARE_STATE.acknowledged;
}

/** Acquired records in the window. */
export function acquiredIn({ start, end, available, final }: SharePartition): number {
  return end - start - available - final;
}

export interface Acquisition {
  /** The most records to acquire. */
  readonly max: number;
  /** Offsets below this can be read. */
  readonly below: number;
  /** New records are acquired while the window is narrower than this. */
  readonly windowMax: number;
  readonly lockEndsNs: number;
}

/** [KW3] Locks records for a member: available ones in the order of offsets, then new ones. Gives their offsets. */
export function acquire(share: SharePartition, member: number, { max, below, ...limits }: Acquisition): number[] {
  const taken: number[] = [];
  for (let offset = share.start; share.available > 0 && offset < share.end && taken.length < max; offset += 1) {
    if (share.state[offset & share.mask] !== SHARE_STATE.available) continue;
    share.available -= 1;
    lock(share, offset, member, limits.lockEndsNs);
    taken.push(offset);
  }
  while (taken.length < max && share.end < below && share.end - share.start < limits.windowMax) {
    if (share.end - share.start > share.mask) grow(share);
    const offset = share.end;
    share.end += 1;
    share.deliveries[offset & share.mask] = 0;
    lock(share, offset, member, limits.lockEndsNs);
    taken.push(offset);
  }
  return taken;
}

function lock(share: SharePartition, offset: number, member: number, lockEndsNs: number): void {
  const i = offset & share.mask;
  share.state[i] = SHARE_STATE.acquired;
  share.deliveries[i]! += 1;
  share.member[i] = member;
  share.lockEndsNs[i] = lockEndsNs;
  share.nextLockEndNs = Math.min(share.nextLockEndNs, lockEndsNs);
}

/** Whether the member holds the record. */
function holds(share: SharePartition, member: number, offset: number): boolean {
  const i = offset & share.mask;
  if (offset < share.start || offset >= share.end) return false;
  return share.state[i] === SHARE_STATE.acquired && share.member[i] === member;
}

export interface Verdicts {
  readonly offsets: readonly number[];
  /** One of `ACKNOWLEDGE` for each offset. */
  readonly types: readonly number[];
}

/**
 * [KW5] A member says what became of records that it holds. False, and nothing is changed, if it does not hold all of them
 * (INVALID_RECORD_STATE). `renewedUntilNs` is the new end of locks that are renewed.
 */
export function acknowledge(
  share: SharePartition,
  member: number,
  { offsets, types }: Verdicts,
  deliveriesMax: number,
  renewedUntilNs: number,
): boolean {
  if (!offsets.every((offset) => holds(share, member, offset))) return false;
  offsets.forEach((offset, place) => {
    const type = types[place];
    if (type === ACKNOWLEDGE.accept) finish(share, offset, SHARE_STATE.acknowledged);
    else if (type === ACKNOWLEDGE.reject) finish(share, offset, SHARE_STATE.archived);
    else if (type === ACKNOWLEDGE.release) giveBack(share, offset, deliveriesMax);
    else share.lockEndsNs[offset & share.mask] = renewedUntilNs;
  });
  return true;
}

function finish(share: SharePartition, offset: number, state: number): void {
  assert(share.state[offset & share.mask] === SHARE_STATE.acquired, 'a record was finished that nobody held');
  share.state[offset & share.mask] = state;
  share.final += 1;
}

/** An offset that was acquired and holds no record: nobody will say anything of it. */
export function passGap(share: SharePartition, offset: number): void {
  finish(share, offset, SHARE_STATE.archived);
}

/** [KW6] Back to be delivered again, unless all its deliveries are spent. */
function giveBack(share: SharePartition, offset: number, deliveriesMax: number): void {
  const i = offset & share.mask;
  if (share.deliveries[i]! >= deliveriesMax) {
    finish(share, offset, SHARE_STATE.archived);
    return;
  }
  share.state[i] = SHARE_STATE.available;
  share.available += 1;
}

/** [KW7] Gives back what has been locked until now or before. Gives the offsets. */
export function endLocks(share: SharePartition, nowNs: number, deliveriesMax: number): number[] {
  if (nowNs < share.nextLockEndNs) return [];
  const ended: number[] = [];
  let nextNs = Infinity;
  for (let offset = share.start; offset < share.end; offset += 1) {
    const i = offset & share.mask;
    if (share.state[i] !== SHARE_STATE.acquired) continue;
    if (share.lockEndsNs[i]! > nowNs) {
      nextNs = Math.min(nextNs, share.lockEndsNs[i]!);
      continue;
    }
    giveBack(share, offset, deliveriesMax);
    ended.push(offset);
  }
  share.nextLockEndNs = nextNs;
  return ended;
}

/** [KW8] Gives back everything that a member holds. Gives the offsets. */
export function releaseMember(share: SharePartition, member: number, deliveriesMax: number): number[] {
  const released: number[] = [];
  for (let offset = Math.max(0, share.start); offset < share.end; offset += 1) {
    if (!holds(share, member, offset)) continue;
    giveBack(share, offset, deliveriesMax);
    released.push(offset);
  }
  return released;
}

/** [KW12] Another leader knows nothing of locks: acquired records are as they were before their last delivery. */
export function forgetLocks(share: SharePartition): void {
  for (let offset = Math.max(0, share.start); offset < share.end; offset += 1) {
    const i = offset & share.mask;
    if (share.state[i] !== SHARE_STATE.acquired) continue;
    share.state[i] = SHARE_STATE.available;
    share.deliveries[i]! -= 1;
    share.available += 1;
  }
  share.nextLockEndNs = Infinity;
}

/** Records from that offset on do not exist any more. A window beyond it goes back to it. */
export function cutWindow(share: SharePartition, end: number): void {
  while (share.end > Math.max(end, share.start)) {
    share.end -= 1;
    count(share, share.end, -1);
  }
  if (share.start > end) openSharePartition(share, end);
}

/** [KW2] Moves the start over final records, and over what the log has no more. True if it moved. */
export function advanceStart(share: SharePartition, logStart: number): boolean {
  if (share.start < 0) return false;
  const before = share.start;
  while (
    share.start < share.end &&
    (share.start < logStart || share.state[share.start & share.mask]! >= SHARE_STATE.acknowledged)
  ) {
    count(share, share.start, -1);
    share.start += 1;
  }
  if (share.start < logStart) openSharePartition(share, logStart);
  return share.start > before;
}

/** Takes a record into or out of the counts. */
function count(share: SharePartition, offset: number, by: number): void {
  const state = share.state[offset & share.mask]!;
  if (state === SHARE_STATE.available) share.available += by;
  else if (state >= SHARE_STATE.acknowledged) share.final += by;
}

function grow(share: SharePartition): void {
  const before = { ...share };
  const capacity = (share.mask + 1) * 2;
  share.mask = capacity - 1;
  share.state = new Uint8Array(capacity);
  share.deliveries = new Uint8Array(capacity);
  share.member = growInt32(share.member, capacity);
  share.lockEndsNs = growFloat64(share.lockEndsNs, capacity);
  for (let offset = share.start; offset < share.end; offset += 1) {
    const [from, to] = [offset & before.mask, offset & share.mask];
    share.state[to] = before.state[from]!;
    share.deliveries[to] = before.deliveries[from]!;
    share.member[to] = before.member[from]!;
    share.lockEndsNs[to] = before.lockEndsNs[from]!;
  }
}
