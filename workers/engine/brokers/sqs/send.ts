/** SendMessage: what is refused, what has been seen before, and when the rest can be received. */
import { growFloat64 } from '../../core/columns.ts';
import { pairClear, pairDelete, pairGet, pairSet } from './pair-table.ts';
import { NONE, type SqsDedup, type SqsQueue } from './queue-state.ts';
import { addRow } from './rows.ts';

/** What became of a message that was sent. All but the first two are refusals. */
export const SENT = {
  accepted: 0,
  /** Answered with success and not put into the queue: it had been sent before. */
  duplicate: 1,
  tooLarge: 2,
  noGroup: 3,
  noDeduplicationId: 4,
  deduplicationIdOnStandard: 5,
  delayOnFifo: 6,
  delayTooLong: 7,
} as const;
export type Sent = (typeof SENT)[keyof typeof SENT];

export interface SqsEntry {
  message: number;
  bytes: number;
  /** MessageGroupId; NONE without one. */
  group: number;
  /** MessageDeduplicationId; NONE without one. */
  deduplicationId: number;
  /** What the content hashes to, for ContentBasedDeduplication. */
  contentId: number;
  /** DelaySeconds; NONE to leave it to the queue. */
  delayNs: number;
}

const DELAY_MAX_NS = 900e9;
/** [SF5] Deduplication ids are remembered for five minutes. */
const DEDUP_NS = 300e9;

/** Whoever waits is not answered by it: that is for the end of the call, which may have several entries. */
export function sendMessage(queue: SqsQueue, entry: SqsEntry, nowNs: number): Sent {
  const refusal = refusalOf(queue, entry);
  if (refusal !== SENT.accepted) return refusal;
  if (queue.settings.fifo) {
    const id = entry.deduplicationId === NONE ? entry.contentId : entry.deduplicationId;
    const scope = queue.settings.deduplicatesByGroup ? entry.group : NONE;
    if (!noteId(queue.dedup, id, scope, entry.message, nowNs)) return SENT.duplicate;
  }
  // [SF4] On a FIFO queue only the queue has a delay.
  const delayNs = queue.settings.fifo || entry.delayNs === NONE ? queue.settings.delayNs : entry.delayNs;
  const { message, group } = entry;
  addRow(queue, { message, group, sentNs: nowNs, visibleAtNs: nowNs + delayNs, source: NONE }, nowNs);
  return SENT.accepted;
}

function refusalOf({ settings }: SqsQueue, { bytes, group, deduplicationId, delayNs }: SqsEntry): Sent {
  if (bytes > settings.messageBytesMax) return SENT.tooLarge;
  if (delayNs > DELAY_MAX_NS) return SENT.delayTooLong;
  if (!settings.fifo) return deduplicationId === NONE ? SENT.accepted : SENT.deduplicationIdOnStandard;
  if (delayNs > 0) return SENT.delayOnFifo;
  if (group === NONE) return SENT.noGroup;
  if (deduplicationId === NONE && !settings.contentBasedDeduplication) return SENT.noDeduplicationId;
  return SENT.accepted;
}

/**
 * [SF5] Notes the id. False if it was noted less than five minutes ago; a repeat does not make that longer.
 *
 * @param scope the group that the id counts in; NONE for all of them
 */
export function noteId(dedup: SqsDedup, id: number, scope: number, message: number, nowNs: number): boolean {
  forgetIds(dedup, nowNs);
  if (pairGet(dedup.seen, id, scope) !== undefined) return false;
  pairSet(dedup.seen, id, scope, message);
  if (dedup.count === dedup.id.length) growRing(dedup);
  const at = (dedup.first + dedup.count) & (dedup.id.length - 1);
  dedup.count += 1;
  dedup.id[at] = id;
  dedup.scope[at] = scope;
  dedup.atNs[at] = nowNs;
  return true;
}

/** The message that was accepted with an id in the last five minutes; undefined without one. */
export function firstWithId({ dedup, settings }: SqsQueue, id: number, group: number): number | undefined {
  return pairGet(dedup.seen, id, settings.deduplicatesByGroup ? group : NONE);
}

function forgetIds(dedup: SqsDedup, nowNs: number): void {
  while (dedup.count > 0 && dedup.atNs[dedup.first]! <= nowNs - DEDUP_NS) {
    pairDelete(dedup.seen, dedup.id[dedup.first]!, dedup.scope[dedup.first]!);
    dedup.first = (dedup.first + 1) & (dedup.id.length - 1);
    dedup.count -= 1;
  }
}

/** Forgets every deduplication id. */
export function clearIds(dedup: SqsDedup): void {
  pairClear(dedup.seen);
  dedup.first = 0;
  dedup.count = 0;
}

/** Twice the room, the oldest in front. */
function growRing(dedup: SqsDedup): void {
  const { first, count } = dedup;
  const straight = (column: Float64Array) => {
    const grown = growFloat64(column, 2 * count);
    const turned = new Float64Array(grown.length);
    turned.set(column.subarray(first));
    turned.set(column.subarray(0, first), column.length - first);
    return turned;
  };
  dedup.id = straight(dedup.id);
  dedup.scope = straight(dedup.scope);
  dedup.atNs = straight(dedup.atNs);
  dedup.first = 0;
}
