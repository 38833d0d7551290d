/** Handlers that publish in a transaction: what they have consumed belongs to it. [KT7] [KT10] */
import { openTransaction } from '../clients/transactions/membership.ts';
import type { Run } from '../state.ts';
import type { InstanceState, Worker } from './handler-state.ts';

/** The transactional producer of an instance, -1 for none. */
export function managerOf(run: Run, instance: InstanceState): number {
  for (const source of run.consumers[instance.consumer]!.sources) {
    if (run.sources[source]!.family !== 'log') continue;
    const client = run.sources[source]!.clients[instance.index];
    if (client !== undefined && run.clients[client]!.manager >= 0) return run.clients[client]!.manager;
  }
  return -1;
}

/** Whether the instance may hand records to handlers that publish in a transaction: it has an epoch. */
export function canConsume(run: Run, instance: InstanceState): boolean {
  const manager = managerOf(run, instance);
  return manager >= 0 && (run.managers[manager]!.phase === 'ready' || run.managers[manager]!.phase === 'open');
}

/**
 * A handler is done with its record: its effect, unless it failed, and its position are those of the transaction. False if there
 * is no producer.
 */
export function keepInput(run: Run, index: number, { row, cursor, offset }: Worker, failed: boolean): boolean {
  const managerIndex = managerOf(run, run.instances[index]!);
  if (managerIndex < 0) return false;
  const manager = run.managers[managerIndex]!;
  if (manager.phase === 'ready') openTransaction(manager);
  manager.inputs.push({ row, cursor, offset, instance: index, failed });
  const { rewind } = manager;
  for (let i = 0; i < rewind.length; i += 2) {
    if (rewind[i] !== cursor) continue;
    rewind[i + 1] = Math.min(rewind[i + 1]!, offset);
    return true;
  }
  rewind.push(cursor, offset);
  return true;
}

/** A member gives up partitions: what it consumed of them in a transaction that is open cannot be committed any more. */
export function noteGivenUp(run: Run, index: number, leaving: ReadonlySet<number>): void {
  const manager = managerOf(run, run.instances[index]!);
  if (manager < 0) return;
  const { inputs } = run.managers[manager]!;
  if (inputs.some(({ cursor }) => leaving.has(cursor))) run.managers[manager]!.failure = 'partition given up';
}
