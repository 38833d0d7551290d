/**
 * The transactional producer of a process (Kafka's TransactionManager): it asks the coordinator for its epoch, takes messages
 * into transactions, and ends them. All transactional `publish` edges of a process are one such producer.
 *
 *     idle ──InitProducerId──> ready ──first message──> open ──commit or abort──> ending ──answered──> ready
 *                                └───────────────── fenced: closed until the process is started again ─────┘
 */
import { fromMs } from '../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { resolve } from '../../ledger/ledger.ts';
import { HOP } from '../../ledger/hops.ts';
import { STATUS_ACKNOWLEDGED, STATUS_REFUSED, STATUS_UNKNOWN, type MessageStatus } from '../../ledger/messages.ts';
import { rowOf } from '../../pool.ts';
import type { Run } from '../../state.ts';
import { transactionNamed } from '../../brokers/log/transactions/coordinator.ts';
import { abortInputs } from '../../brokers/log/transactions/inputs.ts';
import type { TransactionManager } from '../../brokers/log/transactions/transaction-state.ts';
import { afterTransaction } from '../../handlers/consumed.ts';
import { dropBatch, noteBatchHop, processOf } from '../batches.ts';
import { admitBlocked, dropQueued, refuseBlocked } from '../client.ts';
import type { ClientState, SourceState } from '../client-state.ts';
import { requestsInFlight } from '../connections.ts';
import { trySend } from '../sender.ts';
import { ask } from './requests.ts';

/** Transactions need idempotence; without it Kafka refuses to start the producer, and validation says so. */
export function isTransactional({ settings, idempotent }: SourceState): boolean {
  return settings.transactionalId !== '' && idempotent;
}

/** Makes a client part of its process's transactional producer, which is new if it is the first one. [KT2] */
export function joinManager(run: Run, clientIndex: number): void {
  const client = run.clients[clientIndex]!;
  const { transactionalId } = run.sources[client.source]!.settings;
  const { kind, index } = client.owner;
  const known = run.managers.findIndex(({ owner, clients }) => owner.kind === kind && owner.index === index && clients.length > 0);
  client.manager = known;
  if (known >= 0) {
    run.managers[known]!.clients.push(clientIndex);
    client.producerId = run.managers[known]!.producerId;
    return;
  }
  const name = kind === 'producer' ? transactionalId : `${transactionalId}-${run.instances[index]!.index}`;
  client.manager = run.managers.length;
  run.managers.push({
    owner: { kind, index },
    transaction: transactionNamed(run, name),
    clients: [clientIndex],
    phase: 'idle',
    producerId: -1,
    epoch: -1,
    ticket: 0,
    messages: 0,
    failure: '',
    batches: [],
    inputs: [],
    rewind: [],
    offsets: 'none',
    asked: 'nothing',
    repeated: false,
  });
  startManager(run, client.manager);
}

/** The process is up: it asks for its producer id and epoch (initTransactions()). */
export function startManager(run: Run, index: number): void {
  const manager = run.managers[index]!;
  const [first] = manager.clients;
  if (first === undefined || processOf(run, run.clients[first]!).crashed) return;
  manager.phase = 'idle';
  ask(run, index, 'init');
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
  const { settings } = run.sources[run.clients[manager.clients[0]!]!.source]!;
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
function endsByItself(run: Run, { owner }: TransactionManager): boolean {
  return owner.kind === 'producer' || !run.consumers[run.instances[owner.index]!.consumer]!.transactional;
}

/** The application's transaction has gone on for long enough, or has enough messages. */
export function transactionDue(run: Run, index: number, ticket: number): void {
  const manager = run.managers[index]!;
  const [first] = manager.clients;
  if (first === undefined || manager.ticket !== ticket || manager.phase !== 'open') return;
  if (deferred(processOf(run, run.clients[first]!), OP.transactionDue, index, ticket, 0)) return;
  endTransaction(run, index);
}

/** commitTransaction(), or abortTransaction() where something has failed: everything is sent, then the coordinator is told. */
export function endTransaction(run: Run, index: number): void {
  const manager = run.managers[index]!;
  manager.phase = 'ending';
  manager.asked = 'nothing';
  for (const client of manager.clients) {
    run.clients[client]!.flushing = true;
    trySend(run, client);
  }
  goOn(run, index);
}

/** The next step of an end, as soon as nothing of the transaction is under way any more. */
export function goOn(run: Run, index: number): void {
  const manager = run.managers[index]!;
  if (manager.phase !== 'ending' || manager.asked !== 'nothing') return;
  if (manager.failure !== '') for (const client of manager.clients) dropQueued(run, client);
  for (const index of manager.clients) {
    const client = run.clients[index]!;
    if (client.queuedBatches > 0 || requestsInFlight(client) > 0) return;
  }
  if (manager.failure === '' && manager.offsets === 'none' && manager.inputs.length > 0) {
    manager.offsets = 'sent';
    ask(run, index, 'offsets');
  } else ask(run, index, manager.failure === '' ? 'commit' : 'abort');
}

/**
 * A batch of a transaction was answered, or has failed for good: the client is done with it, its messages wait for the
 * outcome. One that failed makes the whole transaction fail. [KT11]
 */
export function keepForOutcome(run: Run, batchRow: number, acknowledged: boolean, reason: string): void {
  const batch = rowOf(run.batches, batchRow);
  const { manager: index } = run.clients[batch.client]!;
  const manager = run.managers[index]!;
  noteBatchHop(run, batchRow, acknowledged ? HOP.stored : HOP.rejected);
  if (manager.phase === 'idle') {
    // Its process died: the transaction will be aborted.
    resolveMessages(run, batchRow, STATUS_REFUSED, reason);
    return;
  }
  manager.batches.push(batchRow);
  if (!acknowledged && manager.failure === '') manager.failure = reason;
  if (manager.phase === 'open' && manager.failure !== '' && endsByItself(run, manager)) endTransaction(run, index);
  // By an event of its own: the response that brought this may hold more.
  else if (manager.phase === 'ending') at(run, run.nowNs, PRIORITY.client, OP.transactionStep, index, manager.ticket);
}

function resolveMessages(run: Run, batchRow: number, status: Exclude<MessageStatus, 0>, reason: string): void {
  if (status === STATUS_REFUSED) noteBatchHop(run, batchRow, HOP.aborted);
  for (let row = rowOf(run.batches, batchRow).head; row >= 0; row = run.messages.next[row]!)
    resolve(run, row, status, reason);
  dropBatch(run, batchRow);
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

/** The producer has an epoch and no transaction: what has waited begins the next one. */
export function becomeReady(run: Run, index: number): void {
  const manager = run.managers[index]!;
  manager.phase = 'ready';
  for (const client of manager.clients) {
    run.clients[client]!.producerId = manager.producerId;
    admitBlocked(run, client);
    trySend(run, client);
  }
}

/** [KT2] Fenced: what the client holds is refused, and so is what comes until its process starts anew. */
export function fence(run: Run, index: number): void {
  const manager = run.managers[index]!;
  manager.phase = 'fenced';
  for (const client of manager.clients) dropQueued(run, client);
  // A commit that had to be asked for again may have been done the first time.
  const unknown = manager.asked === 'commit' && manager.repeated;
  closeTransaction(run, index, unknown ? STATUS_UNKNOWN : STATUS_REFUSED, 'producer fenced');
  for (const client of manager.clients) refuseBlocked(run, client, 'producer fenced');
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

/** A client is no more, or no longer transactional: what it had ends as with a crash. */
export function leaveManager(run: Run, clientIndex: number): void {
  const client = run.clients[clientIndex]!;
  if (client.manager < 0) return;
  const manager = run.managers[client.manager]!;
  crashManager(run, client.manager);
  const index = client.manager;
  manager.clients = manager.clients.filter((other) => other !== clientIndex);
  client.manager = -1;
  if (processOf(run, client).crashed) return;
  startManager(run, index);
  afterTransaction(run, index, 'aborted');
}
