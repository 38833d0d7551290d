/**
 * Consume, process, produce: an instance whose handlers publish in a transaction, and whose positions are saved by it. What
 * was consumed, what was published for it, and the positions count together or not at all. [KT7] [KT10]
 */
import { becomeNewMember } from '../brokers/log/membership.ts';
import { requestFetch, stopReader } from '../brokers/log/fetch.ts';
import type { TransactionManager } from '../brokers/log/transactions/transaction-state.ts';
import { crashClient } from '../clients/client.ts';
import { crashManager } from '../clients/transactions/closing.ts';
import { OUTCOMES, startManager, tellConsumer } from '../clients/transactions/manager.ts';
import { empty } from '../core/columns.ts';
import { deferred, OP } from '../events.ts';
import type { Run } from '../state.ts';
import { managerOf } from './consuming.ts';
import { dropRecords } from './handler.ts';
import { continueAfterCommit, poll } from './poll.ts';

/** The instance goes on: with what it wanted after the commit, or back to where its last commit was. */
export function transactionOver(run: Run, managerIndex: number, outcomeIndex: number): void {
  const manager = run.managers[managerIndex]!;
  const { index } = manager.owner;
  const instance = run.instances[index]!;
  if (instance.process.crashed) return;
  if (deferred(instance.process, OP.transactionOver, managerIndex, outcomeIndex, 0)) return;
  const outcome = OUTCOMES[outcomeIndex]!;
  // [KT2] The application opens another producer with its id and goes on from the last commit.
  if (outcome === 'fenced') startManager(run, managerIndex);
  if (outcome === 'aborted' || outcome === 'fenced') goBack(run, manager, index);
  empty(manager.rewind);
  if (instance.phase === 'committing') {
    const { afterCommit } = instance;
    const member = instance.member >= 0 ? run.members[instance.member]! : null;
    if (member !== null && (member.gone || member.left) && afterCommit !== 'leave') {
      instance.phase = 'idle';
      becomeNewMember(run, index);
    } else continueAfterCommit(run, index, afterCommit);
  }
  poll(run, index);
}

/** Positions go back to the first input that was not committed; what is in memory beyond is fetched anew. */
function goBack(run: Run, { rewind }: TransactionManager, index: number): void {
  const instance = run.instances[index]!;
  const back = new Set<number>();
  for (let i = 0; i < rewind.length; i += 2) {
    const cursor = run.cursors[rewind[i]!]!;
    if (cursor.holder !== index) continue;
    back.add(rewind[i]!);
    // A commit of an earlier producer of the process may have arrived meanwhile.
    cursor.fetchOffset = Math.max(rewind[i + 1]!, cursor.committed);
    cursor.handed = cursor.fetchOffset;
    cursor.done = cursor.fetchOffset;
    cursor.doneAhead = [];
    cursor.gaps = [];
    cursor.buffered = 0;
  }
  if (back.size === 0) return;
  dropRecords(run, index, ({ cursor }) => back.has(cursor));
  for (const reader of instance.readers) {
    if (!run.readers[reader]!.cursors.some((cursor) => back.has(cursor))) continue;
    stopReader(run, reader);
    requestFetch(run, reader);
  }
}

/** The consumer's settings changed under a transaction that is open: it is given up, and what it consumed is read again. */
export function abandonConsumed(run: Run, index: number): void {
  const managerIndex = managerOf(run, run.instances[index]!);
  if (managerIndex < 0 || run.managers[managerIndex]!.inputs.length + run.managers[managerIndex]!.messages === 0)
    return;
  crashManager(run, managerIndex, 'settings changed');
  // What they have not sent, or not been answered, was part of it.
  for (const client of run.managers[managerIndex]!.clients) crashClient(run, client);
  startManager(run, managerIndex);
  tellConsumer(run, managerIndex, 'aborted');
}
