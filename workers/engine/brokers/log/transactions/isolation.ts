/** Which readers see only what is committed, and how far they see. */
import type { EdgeOf } from '../../../../scenario/resolve.ts';
import type { PartitionState } from '../log-state.ts';
import { lastStableOffset } from '../producer-state.ts';

type Isolation = Pick<EdgeOf<'subscribe'>, 'isolationLevel'>;

export function readsCommitted({ isolationLevel }: Isolation): boolean {
  return isolationLevel === 'read_committed';
}

/** [KT9] Where a reader has to stop: at the high watermark, or at the last stable offset. */
export function readableEnd(settings: Isolation, log: PartitionState): number {
  return log.transactions !== null && readsCommitted(settings) ? lastStableOffset(log) : log.highWatermark;
}
