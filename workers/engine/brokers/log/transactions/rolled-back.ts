/** Which records in a log belong to transactions that will never be committed. */
import type { Run } from '../../../state.ts';
import type { PartitionState } from '../log-state.ts';
import { RECORD_FLAG } from '../partition.ts';

/**
 * Whether a record that nobody follows any more was refused to its source: its transaction has been aborted, or will be, as
 * the producer that could commit it is gone.
 */
export function isRolledBack(run: Run, log: PartitionState, offset: number): boolean {
  if ((log.flags[offset & log.mask]! & RECORD_FLAG.aborted) !== 0) return true;
  if (log.transactions === null) return false;
  const { open, ended } = log.transactions;
  const holds = ({ runs }: { readonly runs: readonly number[] }): boolean =>
    runs.some((first, i) => i % 2 === 0 && offset >= first && offset < runs[i + 1]!);
  const over = ended.find(holds);
  if (over !== undefined) return !over.commit;
  const going = open.find(holds);
  if (going === undefined) return false;
  return run.transactions.find(({ producerId }) => producerId === going.producerId)?.phase !== 'prepareCommit';
}
