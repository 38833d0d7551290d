/** The application that a client of any family works for: the process it runs in, and what it hears of its messages. */
import { at, OP, PRIORITY } from '../events.ts';
import { M } from '../ledger/layout.ts';
import { letGo, resolve } from '../ledger/ledger.ts';
import type { MessageStatus } from '../ledger/messages.ts';
import type { Process, Run } from '../state.ts';
import type { ClientState } from './client-state.ts';

/** Workers an instance can have, so that instance and worker pack into one waiter number. */
export const WORKERS_MAX = 1024;

/** The process a client runs in. */
export function processOf(run: Run, { owner }: Pick<ClientState, 'owner'>): Process {
  return owner.kind === 'producer' ? run.producers[owner.index]!.process : run.instances[owner.index]!.process;
}

/** The application hears the fate of a message, and the handler that published it goes on. */
export function tellFate(run: Run, row: number, status: Exclude<MessageStatus, 0>, reason = ''): void {
  resolve(run, row, status, reason);
  wakeWaiter(run, row);
}

/** The same, and the client holds no copy any more. */
export function endMessage(run: Run, row: number, status: Exclude<MessageStatus, 0>, reason = ''): void {
  tellFate(run, row, status, reason);
  letGo(run, row);
}

/** Lets the handler that published a message go on, by an event of its own. */
export function wakeWaiter(run: Run, row: number): void {
  const waiter = run.messages.num[row + M.waiter]!;
  run.messages.num[row + M.waiter] = -1;
  wakeHandler(run, waiter);
}

/** @param waiter the handler, as instance * `WORKERS_MAX` + worker; -1 for none */
export function wakeHandler(run: Run, waiter: number): void {
  if (waiter >= 0)
    at(run, run.nowNs, PRIORITY.client, OP.handlerResumes, Math.floor(waiter / WORKERS_MAX), waiter % WORKERS_MAX);
}
