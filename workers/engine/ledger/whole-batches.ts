/**
 * What the ledger does to all messages of a batch, or of a stretch of a log, at once: with each of them it is what
 * `ledger.ts` does to one.
 */
import { assert } from '../core/assert.ts';
import type { SubscriptionState } from './subscription.ts';
import type { LogSource } from '../clients/client-state.ts';
import type { Run } from '../state.ts';
import { HOP, noteHops } from './hops.ts';
import { M, O, OBLIGATION } from './layout.ts';
import { count } from './counting.ts';
import { settle } from './settling.ts';
import { CLASS, STATUS_ACKNOWLEDGED, STATUS_WAITING } from './messages.ts';

/** Every message of a batch is acknowledged: what `resolve` does for one. `head` begins the batch's list of `number`. */
export function acknowledgeAll(run: Run, source: LogSource, sourceIndex: number, head: number, number: number): void {
  const { int } = run.messages;
  for (let row = head; row >= 0; row = int[row + M.next]!) {
    assert(int[row + M.status] === STATUS_WAITING, 'a message was resolved twice');
    int[row + M.status] = STATUS_ACKNOWLEDGED;
  }
  source.ledger.waiting -= number;
  source.ledger.acknowledged += number;
  const { subscriptions } = run.topics[source.topic]!;
  for (let slot = 0; slot < subscriptions.length; slot += 1)
    countAll(run, run.subscriptions[subscriptions[slot]!]!, head, slot);
  noteHops(run, head, HOP.acknowledged, sourceIndex, -1, -1);
}

/** Takes one obligation of every message of an acknowledged batch into its subscription's accounts. */
function countAll(run: Run, subscription: SubscriptionState, head: number, slot: number): void {
  const { int } = run.messages;
  const { rows } = run.messages.obligations;
  let inFlight = 0;
  let unseen = 0;
  for (let row = head; row >= 0; row = int[row + M.next]!) {
    const i = int[row + M.owedAt]! + slot * OBLIGATION;
    if (rows[i + O.class] === CLASS.inFlight) {
      inFlight += 1;
      if (rows[i + O.delivered] === 0) unseen += 1;
    } else count(run, subscription, row, slot, 1);
  }
  subscription.ledger.inFlight += inFlight;
  subscription.ledger.unseen += unseen;
}

/** One more live copy of every message of a batch, which begins with `head`. */
export function addChances(run: Run, head: number, slot: number): void {
  const { int } = run.messages;
  const { rows } = run.messages.obligations;
  const chances = slot * OBLIGATION + O.chances;
  for (let row = head; row >= 0; row = int[row + M.next]!) rows[int[row + M.owedAt]! + chances]! += 1;
}

/** The same of the messages of records in a log, offsets `from` to `to`, excluded. */
export function addLogChances(
  run: Run,
  log: { readonly row: Int32Array; readonly mask: number },
  from: number,
  to: number,
  slot: number,
): void {
  const { row: held, mask } = log;
  const { int } = run.messages;
  const { rows } = run.messages.obligations;
  const chances = Math.imul(slot, OBLIGATION) + O.chances;
  for (let offset = from; offset < to; offset += 1) {
    const row = held[offset & mask]!;
    if (row >= 0) rows[int[row + M.owedAt]! + chances]! += 1;
  }
}

/** The source holds no copy of any message of a batch any more: `letGo` for each. */
export function letGoAll(run: Run, head: number): void {
  const { int, num } = run.messages;
  const { rows } = run.messages.obligations;
  for (let row = head; row >= 0;) {
    const following = int[row + M.next]!;
    const held = int[row + M.inHand]! - 1;
    assert(held >= 0, 'a message was let go twice');
    int[row + M.inHand] = held;
    // The usual one has one subscriber, who has not saved it yet.
    const open = num[row + M.owedCount] === 1 && rows[int[row + M.owedAt]! + O.chances]! > 0;
    if (held === 0 && !open) settle(run, row);
    row = following;
  }
}

/** A subscription has passed the records of a log from one offset up to another, excluded: `dropChance` for each. */
export function dropChances(
  run: Run,
  log: { readonly row: Int32Array; readonly mask: number },
  from: number,
  to: number,
  slot: number,
): void {
  const { row: held, mask } = log;
  const { int } = run.messages;
  const { rows } = run.messages.obligations;
  const chances = slot * OBLIGATION + O.chances;
  for (let offset = from; offset < to; offset += 1) {
    const row = held[offset & mask]!;
    // Compaction has left nothing there.
    if (row < 0) continue;
    const i = int[row + M.owedAt]! + chances;
    const left = rows[i]! - 1;
    assert(left >= 0, 'a chance was dropped that did not exist');
    rows[i] = left;
    if (left === 0 && int[row + M.inHand] === 0) settle(run, row);
  }
}
