/** Markers that have reached every in-sync replica: their transactions are over on this partition. */
import type { Run } from '../../../state.ts';
import { RECORD_FLAG } from '../partition.ts';
import { settleTransactions } from '../producer-state.ts';
import { markerDone } from './coordinator.ts';

/**
 * The high watermark of a partition with transactions moved: those whose marker is replicated are over, and the records of
 * aborted ones are marked as such. [KT5]
 */
export function transactionsReplicated(run: Run, topicIndex: number, partition: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  for (const { producerId, commit, runs } of settleTransactions(log)) {
    if (!commit)
      for (let i = 0; i < runs.length; i += 2)
        for (let offset = Math.max(log.start, runs[i]!); offset < runs[i + 1]!; offset += 1)
          log.flags[offset & log.mask]! |= RECORD_FLAG.aborted;
    const index = run.transactions.findIndex((transaction) => transaction.producerId === producerId);
    const part = run.transactions[index]!.partitions.findIndex(
      (place) => place.topic === topicIndex && place.partition === partition,
    );
    if (part >= 0) markerDone(run, index, part);
  }
}
