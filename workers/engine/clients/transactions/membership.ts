/** What a message and its batch mean to the transaction that they are part of. The rest of its life is in `manager.ts`. */
import { fromMs } from '../../core/time.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import type { Run } from '../../state.ts';
import type { TransactionManager } from '../../brokers/log/transactions/transaction-state.ts';
import type { ClientState, LogSource } from '../client-state.ts';
import { logSource } from '../log-source.ts';

/** Transactions need idempotence; without it Kafka refuses to start the producer, and validation says so. */
export function isTransactional({ settings, idempotent }: LogSource): boolean {
  return settings.transactionalId !== '' && idempotent;
}

/** Whether a message may be sent now. While there is no epoch, or a transaction ends, `send` waits. */
export function takesMessages(run: Run, { manager }: ClientState): boolean {
  const { phase } = run.managers[manager]!;
  return phase === 'ready' || phase === 'open';
}

export function isFenced(run: Run, { manager }: ClientState): boolean {
  return run.managers[manager]!.phase === 'fenced';
}

/** A message was put into a batch: it begins a transaction or joins the one that is open, and may be its last. */
export function noteSent(run: Run, client: ClientState): void {
  const manager = run.managers[client.manager]!;
  const { settings } = logSource(run, run.clients[manager.clients[0]!]!.source);
  const own = endsByItself(run, manager);
  if (manager.phase === 'ready') {
    openTransaction(manager);
    if (own)
      at(
        run,
        run.nowNs + fromMs(settings.transactionIntervalMs),
        PRIORITY.client,
        OP.transactionDue,
        client.manager,
        manager.ticket,
      );
  }
  manager.messages += 1;
  if (own && settings.transactionMessages > 0 && manager.messages >= settings.transactionMessages)
    at(run, run.nowNs, PRIORITY.client, OP.transactionDue, client.manager, manager.ticket);
}

/** The first message, or the first input, of a transaction. */
export function openTransaction(manager: TransactionManager): void {
  manager.phase = 'open';
  manager.ticket += 1;
  manager.messages = 0;
  manager.failure = '';
  manager.offsets = 'none';
  manager.rewind = [];
}

/** Whether the application commits by count and time. A consumer that sends its offsets along commits after each poll. */
export function endsByItself(run: Run, { owner }: TransactionManager): boolean {
  return owner.kind === 'producer' || !run.consumers[run.instances[owner.index]!.consumer]!.transactional;
}

/** [KT11] A message of the application was refused: the transaction that it was meant for cannot be whole. */
export function failTransaction(run: Run, index: number, reason: string): void {
  const manager = run.managers[index]!;
  const consumes = !endsByItself(run, manager);
  if (manager.phase === 'ready' && consumes) openTransaction(manager);
  if (manager.phase !== 'open') return;
  if (manager.failure === '') manager.failure = reason;
  if (!consumes) at(run, run.nowNs, PRIORITY.client, OP.transactionDue, index, manager.ticket);
}
