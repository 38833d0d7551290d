/**
 * The ledger: with `whole-batches.ts` and `settling.ts` the only code that changes what is known of a message.
 *
 * Every change of an obligation is bracketed by `count(-1)` and `count(+1)`, which take it out of and put it back into
 * the subscription's accounts; so the accounts are the sum over the table at every instant (see `invariants.ts`).
 */
import { assert } from '../core/assert.ts';
import { record } from '../core/histogram.ts';
import type { SubscriptionState } from './subscription.ts';
import type { SourceState } from '../clients/client-state.ts';
import type { Run } from '../state.ts';
import { count, subscriptionOf } from './counting.ts';
import { keepEvidence, noteAnomaly, noteEvidence } from './evidence.ts';
import { HOP, noteHop } from './hops.ts';
import {
  allocateMessage,
  CLASS,
  obligationAt,
  openObligation,
  STATUS_ACKNOWLEDGED,
  STATUS_REFUSED,
  STATUS_UNKNOWN,
  STATUS_WAITING,
  TAKEN,
  widenObligations,
  wipeObligations,
  WORKED_ON,
  type MessageStatus,
  type Shelf,
} from './messages.ts';
import { applyKin, fitKin, joinKin } from './kin.ts';
import { judgeOrder } from './order.ts';
import { settle } from './settling.ts';
import { M, O, OBLIGATION } from './layout.ts';

/**
 * A fact happens and its source sets out to publish it. Returns the row. To whom it is owed is to be said right after.
 *
 * @param clientIndex the client that publishes it, of the source's family
 * @param parent row of the message whose handling brought this one about, -1 for a fact of its own
 * @param shelf where its row is to lie
 * @param room for how many subscriptions its broker will find that it is owed to, see `oweTo`: more make it move
 */
export function attempt(
  run: Run,
  source: SourceState,
  sourceIndex: number,
  clientIndex: number,
  key: number,
  bytes: number,
  parent: number,
  shelf: Shelf,
  room: number,
): number {
  const table = run.messages;
  const row = allocateMessage(table, room, shelf);
  const { int, num } = table;
  int[row + M.source] = sourceIndex;
  num[row + M.client] = clientIndex;
  num[row + M.sequence] = source.sequence;
  int[row + M.key] = key;
  int[row + M.bytes] = bytes;
  num[row + M.producedNs] = run.nowNs;
  source.sequence += 1;
  const { ledger } = source;
  if (parent >= 0) {
    num[row + M.parent] = num[parent + M.id]!;
    num[row + M.root] = num[parent + M.root]!;
    fitKin(table.kin, table.capacity);
    joinKin(table.kin, row, parent, sourceIndex);
  }
  ledger.attempted += 1;
  ledger.waiting += 1;
  noteHop(run, row, HOP.produced, sourceIndex, -1, -1);
  return row;
}

/** Whoever subscribes to its topic is owed a message from the instant at which it happened. */
export function oweToSubscribers(run: Run, row: number, subscriptions: readonly number[]): void {
  const { int, obligations } = run.messages;
  const { rows } = obligations;
  let i = int[row + M.owedAt]!;
  for (let slot = 0; slot < subscriptions.length; slot += 1) {
    const index = subscriptions[slot]!;
    openObligation(rows, i, index, run.subscriptions[index]!.active ? CLASS.inFlight : CLASS.none);
    i += OBLIGATION;
  }
}

/** Nobody is owed a message yet: brokers will find out, see `oweTo`. */
export function oweToNobody(run: Run, row: number): void {
  wipeObligations(run.messages, row, 0);
}

/**
 * A broker has found that a message is owed to a subscription: a copy of it is in its queue. What was taken from it by a
 * rule is owed again if it comes back, what it applied stays applied. Returns the obligation's slot, for life.
 */
export function oweTo(run: Run, row: number, subscription: number): number {
  const slot = claimSlot(run, row, subscription);
  const { messages } = run;
  const { rows } = messages.obligations;
  const i = obligationAt(messages, row, slot);
  // It is in no account as long as its source has not heard of it.
  if (messages.int[row + M.status] === STATUS_WAITING && rows[i + O.class] === CLASS.none) {
    rows[i + O.class] = CLASS.inFlight;
    return slot;
  }
  const now = rows[i + O.class]!;
  if (now !== CLASS.inFlight && now !== CLASS.applied) changeClass(run, row, slot, CLASS.inFlight);
  return slot;
}

function claimSlot(run: Run, row: number, subscription: number): number {
  const { messages } = run;
  const size = messages.num[row + M.owedCount]!;
  const { rows } = messages.obligations;
  for (let slot = 0; slot < size; slot += 1) {
    const i = obligationAt(messages, row, slot);
    if (rows[i + O.subscription] === subscription) return slot;
    if (rows[i + O.subscription] !== -1) continue;
    rows[i + O.subscription] = subscription;
    return slot;
  }
  widenObligations(messages, row, size + 1);
  messages.obligations.rows[obligationAt(messages, row, size) + O.subscription] = subscription;
  return size;
}

/** The slot of a message's obligation to a subscription that it is, or was, owed to. */
export function slotOf({ messages }: Run, row: number, subscription: number): number {
  const first = messages.int[row + M.owedAt]!;
  const { rows } = messages.obligations;
  let slot = 0;
  while (rows[first + slot * OBLIGATION + O.subscription] !== subscription) slot += 1;
  return slot;
}

/** The source learns a message's fate, once. Does not release its hand: see `letGo`. */
export function resolve(run: Run, row: number, status: Exclude<MessageStatus, 0>, reason = ''): void {
  const { messages } = run;
  assert(messages.int[row + M.status] === STATUS_WAITING, 'a message was resolved twice');
  const source = run.sources[messages.int[row + M.source]!]!;
  messages.int[row + M.status] = status;
  source.ledger.waiting -= 1;
  if (status === STATUS_ACKNOWLEDGED) source.ledger.acknowledged += 1;
  else if (status === STATUS_UNKNOWN) {
    source.ledger.unknown += 1;
    if (reason !== '') source.ledger.doubts[reason] = (source.ledger.doubts[reason] ?? 0) + 1;
  } else {
    source.ledger.refused += 1;
    source.ledger.refusals[reason] = (source.ledger.refusals[reason] ?? 0) + 1;
    noteAnomaly(run, 'refused', row, -1 - messages.int[row + M.source]!);
  }
  if (messages.num[row + M.owedCount]! > 0) openAccounts(run, row, status, reason);
  const what =
    status === STATUS_ACKNOWLEDGED ? HOP.acknowledged : status === STATUS_UNKNOWN ? HOP.unknown : HOP.refused;
  noteHop(run, row, what, messages.int[row + M.source]!, -1, -1);
}

/** What is known to be owed of a message comes into the accounts of those to whom it is: the named ones come first. */
function openAccounts(run: Run, row: number, status: Exclude<MessageStatus, 0>, reason: string): void {
  const { messages } = run;
  const { rows } = messages.obligations;
  const slots = messages.num[row + M.owedCount]!;
  for (let slot = 0, i = messages.int[row + M.owedAt]!; slot < slots; slot += 1, i += OBLIGATION) {
    if (rows[i + O.subscription]! < 0) return;
    const subscription = run.subscriptions[rows[i + O.subscription]!]!;
    if (status === STATUS_ACKNOWLEDGED && rows[i + O.class] === CLASS.inFlight) {
      // What nearly every message does.
      subscription.ledger.inFlight += 1;
      if (rows[i + O.delivered] === 0) subscription.ledger.unseen += 1;
      continue;
    }
    count(run, subscription, row, slot, 1);
    if (status === STATUS_REFUSED && rows[i + O.applied]! > 0)
      noteEvidence(run, subscription, 'unexpected', row, reason);
  }
}

/** The source holds no copy any more. */
export function letGo(run: Run, row: number): void {
  const { messages } = run;
  assert(messages.int[row + M.inHand]! > 0, 'a message was let go twice');
  messages.int[row + M.inHand]! -= 1;
  settle(run, row);
}

/** One more live copy that a subscription may apply. */
export function addChance(run: Run, row: number, slot: number): void {
  run.messages.obligations.rows[obligationAt(run.messages, row, slot) + O.chances]! += 1;
}

/** One live copy less; `taken` says which rule of the broker took it, if one did. */
export function dropChance(run: Run, row: number, slot: number, taken: number = TAKEN.byNothing): void {
  const { obligations } = run.messages;
  const i = obligationAt(run.messages, row, slot);
  const chances = obligations.rows[i + O.chances]!;
  assert(chances > 0, 'a chance was dropped that did not exist');
  obligations.rows[i + O.chances] = chances - 1;
  if (taken !== TAKEN.byNothing) obligations.rows[i + O.taken] = (obligations.rows[i + O.taken]! & WORKED_ON) | taken;
  // Nothing is final while another copy may be applied.
  if (chances === 1) settle(run, row);
}

/** Nothing is owed of this message to the subscription any more. */
export function disown(run: Run, row: number, slot: number): void {
  changeClass(run, row, slot, CLASS.none);
}

function changeClass(run: Run, row: number, slot: number, to: number): void {
  const subscription = subscriptionOf(run, row, slot);
  const counted = run.messages.int[row + M.status] !== STATUS_WAITING;
  if (counted) count(run, subscription, row, slot, -1);
  run.messages.obligations.rows[obligationAt(run.messages, row, slot) + O.class] = to;
  if (counted) count(run, subscription, row, slot, 1);
}

/** The subscription is to start later: nothing is owed of this message unless it was applied. True when something was. */
export function excuse(run: Run, row: number, slot: number): boolean {
  if (run.messages.obligations.rows[obligationAt(run.messages, row, slot) + O.class] !== CLASS.inFlight) return false;
  disown(run, row, slot);
  subscriptionOf(run, row, slot).ledger.skipped += 1;
  noteHop(run, row, HOP.skipped, -1, -1, -1);
  return true;
}

/** Makes an obligation owed from now on: its subscription came after the message. */
export function owe(run: Run, row: number, slot: number): void {
  if (run.messages.obligations.rows[obligationAt(run.messages, row, slot) + O.class] === CLASS.none)
    changeClass(run, row, slot, CLASS.inFlight);
}

/**
 * A message that was written off is owed again: its group goes back to before it. `fate` is what it had come to. Its row
 * may be a new one, of which nothing is owed yet.
 */
export function takeBack(run: Run, row: number, slot: number, fate: number): void {
  const subscription = subscriptionOf(run, row, slot);
  const i = obligationAt(run.messages, row, slot);
  if (run.messages.obligations.rows[i + O.class] === CLASS.none) {
    if (fate === CLASS.lost) subscription.ledger.lost -= 1;
    else if (fate === CLASS.gone) subscription.ledger.gone -= 1;
    else if (fate === CLASS.superseded) subscription.ledger.superseded -= 1;
    else subscription.ledger.expired -= 1;
  }
  changeClass(run, row, slot, CLASS.inFlight);
}

/** A copy is handed to a handler. */
export function deliver(run: Run, row: number, slot: number, subscription: SubscriptionState): void {
  const { messages } = run;
  const { obligations } = messages;
  const { ledger } = subscription;
  const i = obligationAt(messages, row, slot);
  const before = obligations.rows[i + O.delivered]!;
  obligations.rows[i + O.delivered] = before + 1;
  ledger.delivered += 1;
  if (before > 0) {
    ledger.duplicateDeliveries += 1;
    keepEvidence(run, subscription, 'duplicateDelivery', row, '');
    return;
  }
  // The one account that depends on whether it was delivered.
  if (messages.int[row + M.status] === STATUS_ACKNOWLEDGED && obligations.rows[i + O.class] === CLASS.inFlight)
    ledger.unseen -= 1;
  record(subscription.wait, run.nowNs - messages.num[row + M.producedNs]!);
}

/** [KT10] The work on a message is done in a transaction: its effect comes with the commit, what it did outside has happened. */
export function noteWork(run: Run, row: number, slot: number, subscription: SubscriptionState): void {
  const { messages } = run;
  const i = obligationAt(messages, row, slot);
  const again = (messages.obligations.rows[i + O.taken]! & WORKED_ON) !== 0;
  messages.obligations.rows[i + O.taken]! |= WORKED_ON;
  if (!again) return;
  subscription.ledger.repeatedWork += 1;
  keepEvidence(run, subscription, 'repeatedWork', row, '');
}

/** The handler's effect takes place. `parallel` when its instance works on several messages at once. */
export function applyEffect(
  run: Run,
  row: number,
  slot: number,
  subscription: SubscriptionState,
  parallel: boolean,
): void {
  const { messages } = run;
  const i = obligationAt(messages, row, slot);
  const { rows } = messages.obligations;
  const before = rows[i + O.applied]!;
  const again = before > 0;
  const status = messages.int[row + M.status]!;
  if (status === STATUS_ACKNOWLEDGED && rows[i + O.class] === CLASS.inFlight && rows[i + O.delivered]! > 0) {
    // What nearly every message does: from one account into another.
    const { ledger } = subscription;
    ledger.inFlight -= 1;
    ledger.applied += 1;
    rows[i + O.applied] = before + 1;
    rows[i + O.class] = CLASS.applied;
  } else {
    const counted = status !== STATUS_WAITING;
    if (counted) count(run, subscription, row, slot, -1);
    rows[i + O.applied] = before + 1;
    rows[i + O.class] = CLASS.applied;
    if (counted) count(run, subscription, row, slot, 1);
  }
  const forwardedAgain = !again && messages.kin.of.length > 0 && applyKin(messages.kin, row, slot);
  if (again || forwardedAgain) {
    subscription.ledger.duplicateEffects += 1;
    noteEvidence(run, subscription, 'duplicateEffect', row, again ? '' : 'forwarded again');
  }
  if (again) return;
  if (!forwardedAgain) noteFirstEffect(run, row, subscription, parallel);
  // Work that went on after its subscription was gone: nothing else will remember it.
  if (!subscription.active) subscription.appliedUnsaved.push(messages.num[row + M.id]!);
  if (messages.int[row + M.status] === STATUS_REFUSED) noteEvidence(run, subscription, 'unexpected', row, '');
}

/** Of several messages that a handler published for one input the first that is applied counts. [LG18] */
function noteFirstEffect(run: Run, row: number, subscription: SubscriptionState, parallel: boolean): void {
  const { messages } = run;
  record(subscription.latency, run.nowNs - messages.num[row + M.producedNs]!);
  const cause = judgeOrder(run, subscription, row, parallel);
  if (cause !== null) noteEvidence(run, subscription, 'outOfOrder', row, cause);
}
