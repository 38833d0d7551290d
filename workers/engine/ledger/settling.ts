/** The end of a message: what has become of it for each subscription, once nothing can happen to it any more. Part of the ledger. */
import { assert } from '../core/assert.ts';
import type { Run } from '../state.ts';
import { count, subscriptionOf } from './counting.ts';
import { keepEvidence, noteEvidence } from './evidence.ts';
import { M, O, OBLIGATION } from './layout.ts';
import {
  CLASS,
  freeMessage,
  obligationAt,
  STATUS_ACKNOWLEDGED,
  STATUS_REFUSED,
  STATUS_WAITING,
  TAKEN,
  WORKED_ON,
} from './messages.ts';
import type { SubscriptionState } from './subscription.ts';

/** Messages that were written off are remembered at least for so many of the latest, should their group go back. */
const MISSED_KEPT = 32_768;

/** Draws the conclusions that are final now, and recycles the row when nothing can happen to its message any more. */
export function settle(run: Run, row: number): void {
  const { messages } = run;
  const { int, num, obligations } = messages;
  if (int[row + M.inHand] !== 0) return;
  const { rows } = obligations;
  const slots = num[row + M.owedCount]!;
  let isOpen = false;
  let i = int[row + M.owedAt]!;
  for (let slot = 0; slot < slots; slot += 1) {
    if (rows[i + O.chances] !== 0) isOpen = true;
    else if (rows[i + O.class] === CLASS.inFlight) conclude(run, row, slot);
    i += OBLIGATION;
  }
  if (!isOpen) freeMessage(messages, row);
}

/** An obligation in flight without chances left: what was not applied is lost, gone, expired or superseded or dropped. */
function conclude(run: Run, row: number, slot: number): void {
  const { messages } = run;
  const i = obligationAt(messages, row, slot);
  const status = messages.int[row + M.status]!;
  assert(status !== STATUS_WAITING, 'a message settled before its source knew');
  const subscription = subscriptionOf(run, row, slot);
  count(run, subscription, row, slot, -1);
  const taken = messages.obligations.rows[i + O.taken]! & ~WORKED_ON;
  const fate = conclusion(status, taken);
  messages.obligations.rows[i + O.class] = fate;
  count(run, subscription, row, slot, 1);
  if (fate !== CLASS.refused && subscription.goesBack) rememberMissed(subscription, messages.num[row + M.id]!, fate);
  if (fate === CLASS.lost) noteEvidence(run, subscription, 'lost', row, '');
  else if (fate === CLASS.gone) noteEvidence(run, subscription, 'gone', row, '');
  else if (fate === CLASS.expired) noteEvidence(run, subscription, 'expired', row, '');
  else if (fate === CLASS.superseded) keepEvidence(run, subscription, 'superseded', row, '');
  else if (fate === CLASS.deadLettered) noteEvidence(run, subscription, 'deadLettered', row, '');
  else if (fate === CLASS.dropped) noteEvidence(run, subscription, 'dropped', row, DROPPED_BECAUSE[taken] ?? '');
}

/** Why a rule of the broker dropped a message, by `TAKEN`. */
const DROPPED_BECAUSE: Readonly<Record<number, string>> = {
  [TAKEN.byDeliveryLimit]: 'deliveries spent',
  [TAKEN.byRejection]: 'rejected',
  [TAKEN.byOverflow]: 'overflow',
  [TAKEN.byDeduplication]: 'taken for a repeated send',
  [TAKEN.byPurge]: 'purged',
};

/** Should the group go back, it is owed again. The oldest are forgotten, and count as applied then. */
function rememberMissed(subscription: SubscriptionState, id: number, fate: number): void {
  subscription.missedIds.push(id);
  subscription.missedFates.push(fate);
  if (subscription.missedIds.length < 2 * MISSED_KEPT) return;
  subscription.missedIds.splice(0, MISSED_KEPT);
  subscription.missedFates.splice(0, MISSED_KEPT);
}

function conclusion(status: number, taken: number): number {
  if (status === STATUS_REFUSED) return CLASS.refused;
  if (taken === TAKEN.byRetention) return CLASS.expired;
  if (taken === TAKEN.byCompaction) return CLASS.superseded;
  if (taken === TAKEN.byDeadLetter) return CLASS.deadLettered;
  if (taken !== TAKEN.byNothing) return CLASS.dropped;
  return status === STATUS_ACKNOWLEDGED ? CLASS.lost : CLASS.gone;
}
