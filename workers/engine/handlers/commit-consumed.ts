/** Ending the transaction in which an instance has consumed. */
import { endTransaction } from '../clients/transactions/manager.ts';
import type { Run } from '../state.ts';
import { managerOf } from './consuming.ts';
import type { AfterCommit } from './handler-state.ts';

/**
 * Sends offsets to the transaction and commits it. True while the instance has to wait; `then` is what it goes on with.
 * False when nothing was consumed since the last commit.
 */
export function commitConsumed(run: Run, index: number, then: AfterCommit): boolean {
  const instance = run.instances[index]!;
  const manager = managerOf(run, instance);
  if (manager < 0 || run.managers[manager]!.phase !== 'open') return false;
  instance.phase = 'committing';
  instance.afterCommit = then;
  instance.commitTicket += 1;
  endTransaction(run, manager);
  return true;
}

/** Aborts what the instance has consumed since its last commit. True while it has to wait for that. */
export function abortConsumed(run: Run, index: number, why: string): boolean {
  const manager = managerOf(run, run.instances[index]!);
  if (manager < 0 || run.managers[manager]!.phase !== 'open') return false;
  run.managers[manager]!.failure = why;
  return commitConsumed(run, index, 'poll');
}
