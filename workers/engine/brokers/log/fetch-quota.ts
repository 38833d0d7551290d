/** [KQ3] A consumer's quota: what it may be given by one answer, and when it has to wait for it. */
import { empty } from '../../core/columns.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import type { ReaderState } from '../../handlers/handler-state.ts';
import type { Run } from '../../state.ts';
import { createQuota, takeBack, throttleNs, WINDOW_SECONDS } from './quota.ts';
import { logSubscription } from './subscription.ts';

/**
 * Counts what a reader is about to be given against its quota. True when that is too much: it gets nothing, and its request
 * is looked at again when the throttle time is over.
 */
export function holdBack(run: Run, readerIndex: number): boolean {
  const reader = run.readers[readerIndex]!;
  const limit = run.links[reader.link]!.settings.consumerByteRate;
  if (limit === 0) return false;
  const bytes = trim(run, reader, limit * WINDOW_SECONDS);
  reader.quota ??= createQuota();
  const waitNs = throttleNs(reader.quota, bytes, limit, run.nowNs);
  if (waitNs === 0) return false;
  takeBack(reader.quota, bytes);
  empty(reader.inbound);
  reader.ticket += 1;
  at(run, run.nowNs + waitNs, PRIORITY.broker, OP.fetchArrives, readerIndex, reader.ticket);
  return true;
}

/** Cuts an answer to what a quota gives in all its windows, the first record excepted: more could never be given. */
function trim(run: Run, reader: ReaderState, most: number): number {
  const { inbound } = reader;
  let bytes = 0;
  for (let i = 0; i < inbound.length; i += 3) {
    const cursor = run.cursors[inbound[i]!]!;
    const log = run.topics[logSubscription(run, cursor.subscription).topic]!.partitions[cursor.partition]!;
    for (let offset = inbound[i + 1]!; offset < inbound[i + 2]!; offset += 1) {
      const record = log.bytes[offset & log.mask]!;
      if (bytes > 0 && bytes + record > most) {
        inbound[i + 2] = offset;
        // What was cut to nothing, and what comes behind it, is not in this answer.
        inbound.length = offset > inbound[i + 1]! ? i + 3 : i;
        return bytes;
      }
      bytes += record;
    }
  }
  return bytes;
}
