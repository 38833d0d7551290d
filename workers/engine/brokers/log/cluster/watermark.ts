import type { PartitionState } from '../log-state.ts';

/** [KH1] Where the high watermark of a partition that has a leader may be: at the least log end in sync. Below 0: unknown. */
export function inSyncEnd(log: PartitionState): number {
  const { fetched } = log.replication!;
  let least = log.end;
  for (const broker of log.isr)
    if (broker !== log.leader) least = Math.min(least, fetched[log.replicas.indexOf(broker)]!);
  return least;
}
