/** Which readers see only what is committed, and how far they see. */
import type { EdgeOf } from '../../../../scenario/resolve.ts';
import type { PartitionState } from '../log-state.ts';
import { lastStableOffset } from '../producer-state.ts';

type Isolation = Pick<EdgeOf<'subscribe'>, 'isolationLevel' | 'groupProtocol'>;

/** [KT9] [KW15] A share group reads everything up to the high watermark, whatever its members ask for. */
export function readsCommitted({ isolationLevel, groupProtocol }: Isolation): boolean {
  return isolationLevel === 'read_committed' && groupProtocol !== 'share';
}

/** [KT9] Where a reader has to stop: at the high watermark, or at the last stable offset. */
export function readableEnd(settings: Isolation, log: PartitionState): number {
  return log.transactions !== null && readsCommitted(settings) ? lastStableOffset(log) : log.highWatermark;
}
