/** How a transaction ends for the messages in it. */
import { STATUS_ACKNOWLEDGED, STATUS_REFUSED, STATUS_UNKNOWN, type MessageStatus } from '../../ledger/messages.ts';
import type { Run } from '../../state.ts';
import { abortInputs } from '../../brokers/log/transactions/inputs.ts';
import { resolveMessages } from '../batches.ts';

/** [KT11] The outcome is known: every message of the transaction learns it, and the producer may begin another one. */
export function closeTransaction(run: Run, index: number, status: Exclude<MessageStatus, 0>, reason: string): void {
  const manager = run.managers[index]!;
  const { batches } = manager;
  manager.batches = [];
  for (const batchRow of batches) resolveMessages(run, batchRow, status, reason);
  if (status !== STATUS_ACKNOWLEDGED) abortInputs(run, manager.inputs);
  manager.inputs = [];
  manager.ticket += 1;
  manager.asked = 'nothing';
  manager.offsets = 'none';
  for (const client of manager.clients) run.clients[client]!.flushing = false;
}

/**
 * The process died. A transaction whose commit was not yet asked for will be aborted, which is a definite no; one that
 * was, may have been committed. Does nothing when it is idle already.
 */
export function crashManager(run: Run, index: number, why = 'producer crashed'): void {
  const manager = run.managers[index]!;
  if (manager.phase === 'idle' && manager.asked === 'nothing') return;
  const unknown = manager.asked === 'commit';
  manager.phase = 'idle';
  closeTransaction(run, index, unknown ? STATUS_UNKNOWN : STATUS_REFUSED, why);
}
