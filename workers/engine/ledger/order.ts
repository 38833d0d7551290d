/**
 * Order of first effects, per source: a message is out of order when a later one of the same source has been applied
 * before it; per key when that later one has the same key. Repeated effects are duplicates, not disorder.
 */
import { grownLength } from '../core/columns.ts';
import type { SubscriptionState } from './subscription.ts';
import { isOfLog } from '../brokers/log/subscription.ts';
import type { Run } from '../state.ts';
import { DISORDER_CAUSES, type OrderBook, type SequenceColumn } from './accounts.ts';
import { FIXED_KEYS_AT, MESSAGE_FLAG, NO_KEY, UNIQUE_KEYS_AT } from './messages.ts';
import { M } from './layout.ts';

/** The highest sequence that a column of four bytes takes; one of eight takes any. */
const NARROW_MAX = 2 ** 31 - 1;

function bookOf(subscription: SubscriptionState, source: number): OrderBook {
  const { order } = subscription.ledger;
  while (order.length <= source) order.push(null);
  return (order[source] ??= { highest: -1, byKey: new Int32Array(0), byFixedKey: new Int32Array(0) });
}

/** Records a first effect in the order books. Returns the cause when it came late per key, else null. */
export function judgeOrder(run: Run, subscription: SubscriptionState, row: number, parallel: boolean): string | null {
  const { messages } = run;
  const ledger = subscription.ledger;
  const book = bookOf(subscription, messages.int[row + M.source]!);
  const sequence = messages.num[row + M.sequence]!;
  const key = messages.int[row + M.key]!;
  const lateInSource = sequence < book.highest;
  if (lateInSource) ledger.outOfOrderGlobal += 1;
  else book.highest = sequence;
  if (key === NO_KEY || key >= UNIQUE_KEYS_AT) return null;
  const lateBy = notePosition(book, key, sequence);
  if (lateBy === 0) return null;
  ledger.outOfOrderPerKey += 1;
  ledger.disorderDistanceMax = Math.max(ledger.disorderDistanceMax, lateBy);
  const cause = causeOf(run, subscription, row, parallel);
  ledger.causes[DISORDER_CAUSES.indexOf(cause)]! += 1;
  return cause;
}

/** Places in the source's order by which `sequence` comes after a later one of its key; 0 when in order. */
function notePosition(book: OrderBook, key: number, sequence: number): number {
  const fixed = key >= FIXED_KEYS_AT;
  const place = fixed ? key - FIXED_KEYS_AT : key;
  let column = fixed ? book.byFixedKey : book.byKey;
  if (place >= column.length || (sequence > NARROW_MAX && column instanceof Int32Array)) {
    column = roomFor(column, place, sequence);
    if (fixed) book.byFixedKey = column;
    else book.byKey = column;
  }
  const highest = column[place]!;
  if (sequence < highest) return highest - sequence;
  column[place] = sequence;
  return 0;
}

function roomFor(column: SequenceColumn, place: number, sequence: number): SequenceColumn {
  const wide = sequence > NARROW_MAX || column instanceof Float64Array;
  const length = column.length > place ? column.length : grownLength(column.length, place + 1);
  const roomy = wide ? new Float64Array(length) : new Int32Array(length);
  roomy.set(column);
  return roomy.fill(-1, column.length);
}

function causeOf(
  run: Run,
  subscription: SubscriptionState,
  row: number,
  parallel: boolean,
): (typeof DISORDER_CAUSES)[number] {
  const flags = run.messages.int[row + M.flags]!;
  const isRedelivered = (flags & MESSAGE_FLAG.redelivered) !== 0;
  const competing = !isOfLog(subscription) || run.groups[subscription.group]!.kind === 'share';
  if (isOfLog(subscription)) {
    const { repartitionedNs } = run.topics[subscription.topic]!;
    // Edits come after the events of their instant.
    if (repartitionedNs > 0 && run.messages.num[row + M.producedNs]! <= repartitionedNs) return 'repartition';
  }
  if ((flags & MESSAGE_FLAG.retried) !== 0) return 'retry';
  if ((flags & MESSAGE_FLAG.copied) !== 0) return 'duplication';
  if (parallel) return 'parallel workers';
  if (competing) return isRedelivered ? 'redelivery' : 'competing consumers';
  if (isRedelivered || run.groups[subscription.group]!.rebalances > 1) return 'rebalance';
  return 'partitions';
}
