/**
 * Going back in a log: records below what a group has saved may be applied once more.
 *
 * A message below the floor has settled, and its row is most often recycled. What became of it is known all the same: it
 * was applied, unless it is among the missed, or its record among the excused.
 */
import type { CursorState } from '../brokers/log/log-state.ts';
import type { SubscriptionState } from './subscription.ts';
import { isHole } from '../brokers/log/partition.ts';
import type { Run } from '../state.ts';
import { forgetEvidence } from './evidence.ts';
import { addChance, owe, takeBack } from './ledger.ts';
import { CLASS, obligationAt } from './messages.ts';
import { liveRow, recallApplied } from './subscribers.ts';
import { logSubscription } from '../brokers/log/subscription.ts';
import { O } from './layout.ts';

/**
 * The log gives a further chance to apply from `to` on. What was applied stays applied: once more is a duplicate. What was
 * lost, gone or skipped is owed again. [KO8] [LG19]
 *
 * @param to next offset to read; nothing happens if it is not below the floor
 */
export function lowerFloor(run: Run, cursorIndex: number, to: number): void {
  const cursor = run.cursors[cursorIndex]!;
  const subscription = logSubscription(run, cursor.subscription);
  if (to >= cursor.floor || !subscription.active) return;
  const log = run.topics[subscription.topic]!.partitions[cursor.partition]!;
  const until = Math.min(cursor.floor, log.end);
  cursor.floor = to;
  const revived = new Map<number, number>();
  const missed = new Map(subscription.missedIds.map((id, place) => [id, subscription.missedFates[place]!]));
  const found = new Set<number>();
  for (let offset = Math.max(to, log.start); offset < until; offset += 1) {
    if (isHole(log, offset)) continue;
    const i = offset & log.mask;
    const id = log.message[i]!;
    const row = liveRow(run, subscription.topic, log, offset, revived);
    log.row[i] = row;
    addChance(run, row, subscription.slot);
    const known = run.messages.obligations.rows[obligationAt(run.messages, row, subscription.slot) + O.class]!;
    const fate = missed.get(id);
    if (fate !== undefined) {
      if (!found.has(id)) takeBack(run, row, subscription.slot, fate);
      found.add(id);
    } else if (known !== CLASS.none) continue;
    else if (isExcused(cursor, offset)) {
      owe(run, row, subscription.slot);
      subscription.ledger.skipped -= 1;
    } else recallApplied(run, row, subscription.slot);
  }
  unexcuse(cursor, to);
  forgetMissed(run, subscription, found);
}

function isExcused({ excused }: CursorState, offset: number): boolean {
  for (let i = 0; i < excused.length; i += 2) if (offset >= excused[i]! && offset < excused[i + 1]!) return true;
  return false;
}

/** From `to` on nothing counts as stepped over. */
function unexcuse(cursor: CursorState, to: number): void {
  const kept: number[] = [];
  for (let i = 0; i < cursor.excused.length; i += 2) {
    const [from, until] = [cursor.excused[i]!, Math.min(cursor.excused[i + 1]!, to)];
    if (from < until) kept.push(from, until);
  }
  cursor.excused = kept;
}

/** What is owed again counts as missed no more. */
export function forgetMissed(run: Run, subscription: SubscriptionState, found: ReadonlySet<number>): void {
  if (found.size === 0) return;
  const stays = subscription.missedIds.map((id) => !found.has(id));
  subscription.missedIds = subscription.missedIds.filter((_, place) => stays[place]);
  subscription.missedFates = subscription.missedFates.filter((_, place) => stays[place]);
  forgetEvidence(run, subscription, found);
}
