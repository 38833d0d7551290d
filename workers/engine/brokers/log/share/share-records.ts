/** What the state machine of a share-partition means to a run: marks, locks, and what becomes of messages. */
import { fromMs } from '../../../core/time.ts';
import { at, OP, PRIORITY } from '../../../events.ts';
import type { LinkState } from '../../../handlers/handler-state.ts';
import { HOP, noteRecordHop } from '../../../ledger/hops.ts';
import { dropChance } from '../../../ledger/ledger.ts';
import { TAKEN } from '../../../ledger/messages.ts';
import type { Run } from '../../../state.ts';
import type { CursorState, PartitionState } from '../log-state.ts';
import { isHole, raiseFloor } from '../partition.ts';
import {
  advanceStart,
  endLocks,
  forgetLocks,
  openSharePartition,
  releaseMember,
  SHARE_STATE,
  type SharePartition,
} from './share-partition.ts';
import { logSubscription } from '../subscription.ts';

type ShareSettings = LinkState['settings']['share'];

/** A share-partition with all that belongs to it. */
export interface Shared {
  readonly cursor: CursorState;
  readonly share: SharePartition;
  readonly log: PartitionState;
  readonly topic: number;
}

/** The share-partition of a cursor; null in a consumer group. */
export function sharedBy(run: Run, cursorIndex: number): Shared | null {
  const cursor = run.cursors[cursorIndex]!;
  const { topic } = logSubscription(run, cursor.subscription);
  const log = run.topics[topic]!.partitions[cursor.partition]!;
  return cursor.share === null ? null : { cursor, share: cursor.share, log, topic };
}

/** The group's settings for a topic: those of the first connection that reads it. Null while none does. */
export function shareSettings(run: Run, subscription: number): ShareSettings | null {
  const link = run.links.find((each) => !each.gone && each.subscription === subscription);
  return link?.settings.share ?? null;
}

/** [KW6] A group that nobody is left of keeps its limit from before, which here is the broker's default. */
const DELIVERIES_MAX = 5;

export function deliveriesMax(run: Run, cursor: CursorState): number {
  return shareSettings(run, cursor.subscription)?.deliveryCountLimit ?? DELIVERIES_MAX;
}

/** [KW4] The group asks for a partition for the first time: the offset reset says where it begins. */
export function openShare(run: Run, cursorIndex: number, settings: ShareSettings): void {
  const { cursor, share, log } = sharedBy(run, cursorIndex)!;
  if (share.start >= 0) return;
  if (settings.autoOffsetReset === 'latest') raiseFloor(run, cursorIndex, log.highWatermark, true);
  openSharePartition(share, Math.max(log.start, cursor.floor));
  cursor.floor = share.start;
  cursor.committed = share.start;
}

/** Brings a share-partition up to now: ends locks, and moves its start. */
export function bringUpToDate(run: Run, cursorIndex: number): void {
  const { cursor, share, log } = sharedBy(run, cursorIndex)!;
  for (const offset of endLocks(share, run.nowNs, deliveriesMax(run, cursor)))
    settleRecord(run, cursorIndex, offset, HOP.lockEnded);
  if (advanceStart(share, log.start)) {
    cursor.floor = share.start;
    cursor.committed = share.start;
  }
}

/**
 * Draws the conclusions from a record's state after it was given back or finished. `because` is the hop that brought it
 * about; one that is spent with it is archived on top.
 */
export function settleRecord(run: Run, cursorIndex: number, offset: number, because: number): void {
  const { cursor, share, log, topic } = sharedBy(run, cursorIndex)!;
  // Retention or compaction was faster: the log has nothing more to give.
  if (offset < log.start || isHole(log, offset)) return;
  const state = share.state[offset & share.mask]!;
  const note = (what: number): void =>
    noteRecordHop(run, log.message[offset & log.mask]!, what, topic, cursor.partition, offset);
  if (because !== HOP.archived) note(because);
  const { active, slot } = logSubscription(run, cursor.subscription);
  const row = log.row[offset & log.mask]!;
  if (state === SHARE_STATE.acknowledged && active) dropChance(run, row, slot);
  if (state !== SHARE_STATE.archived) return;
  note(HOP.archived);
  if (active) dropChance(run, row, slot, because === HOP.archived ? TAKEN.byRejection : TAKEN.byDeliveryLimit);
}

/** [KW8] Everything that a member holds comes back. */
export function releaseHeld(run: Run, cursorIndex: number, member: number): void {
  const { cursor, share } = sharedBy(run, cursorIndex)!;
  for (const offset of releaseMember(share, member, deliveriesMax(run, cursor)))
    settleRecord(run, cursorIndex, offset, HOP.released);
  bringUpToDate(run, cursorIndex);
}

/** [KW12] The leader of a partition is gone, and with it the locks of every share group. */
export function loseLocks(run: Run, topicIndex: number, partition: number): void {
  for (const index of run.topics[topicIndex]!.subscriptions) {
    const shared = sharedBy(run, logSubscription(run, index).cursors[partition]!);
    if (shared !== null) forgetLocks(shared.share);
  }
}

/** [KW7] Sets the alarm for the first lock that ends. Those that were set for later are left behind and do nothing. */
export function watchLocks(run: Run, cursorIndex: number): void {
  const { share } = sharedBy(run, cursorIndex)!;
  if (share.nextLockEndNs >= share.alarmNs) return;
  share.alarmNs = share.nextLockEndNs;
  at(run, share.alarmNs, PRIORITY.broker, OP.shareLocksEnd, cursorIndex);
}

/** When the lock of a record that is acquired, or renewed, now ends. */
export function lockEndNs(run: Run, settings: ShareSettings): number {
  return run.nowNs + fromMs(settings.lockDurationMs);
}
