/** Why a message is there again, told by its hops. */
import { toMs } from '../core/time.ts';
import { HOP, type RawHop } from '../ledger/hops.ts';
import type { Family } from '../ledger/subscription.ts';

/** How a try may end without the message being done with. */
const ENDED: ReadonlyMap<number, string> = new Map([
  [HOP.dropped, 'whoever had it lost it from memory, by a crash or with the connection, before it was done with'],
  [HOP.failed, 'handling it failed, and it went back'],
  [HOP.released, 'whoever had it gave it back'],
  [HOP.lockEnded, 'its lock ended before it was done with'],
]);

/** Nothing ended the try before: who keeps the message was not told of it in time. */
const UNTOLD: Readonly<Record<Family, string>> = {
  log: 'its offset was not committed when partitions were read anew',
  amqp: 'its acknowledgement did not arrive',
  sqs: 'it was not deleted before its visibility timeout ended, or the queue delivered a copy twice',
  table: 'nothing said that somebody had it already: there was no lock, or it ended too early',
};

const ARRIVALS: ReadonlySet<number> = new Set([HOP.appended, HOP.queued, HOP.inserted]);

/** The reason, as the rest of a sentence. */
export function whyAgain(hops: readonly RawHop[], family: Family): string {
  if (isThereTwice(hops)) return 'its source did not hear that it had arrived, sent it again, and it is there twice';
  const end = hops.findLast(({ what }) => ENDED.has(what));
  if (end === undefined) return UNTOLD[family];
  return `${ENDED.get(end.what)!}, at ${toMs(end.timeNs).toFixed(0)} ms`;
}

/** A message may pass one place several times by a rule of its broker; after a retry it is a copy. */
function isThereTwice(hops: readonly RawHop[]): boolean {
  if (!hops.some(({ what }) => what === HOP.retried)) return false;
  const places = hops.filter(({ what }) => ARRIVALS.has(what)).map(({ what, where }) => `${what} ${where}`);
  return new Set(places).size < places.length;
}
