/**
 * The transactional producer of a process (Kafka's TransactionManager): it asks the coordinator for its epoch, takes messages
 * into transactions, and ends them. All transactional `publish` edges of a process are one such producer.
 *
 *     idle ──InitProducerId──> ready ──first message──> open ──commit or abort──> ending ──answered──> ready
 *                                └───────────────── fenced: closed until the process is started again ─────┘
 */
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { STATUS_REFUSED, STATUS_UNKNOWN } from '../../ledger/messages.ts';
import { rowOf } from '../../pool.ts';
import type { Run } from '../../state.ts';
import { transactionNamed } from '../../brokers/log/transactions/coordinator.ts';
import { processOf } from '../application.ts';
import { admitBlocked, crashClient, dropQueued, refuseBlocked } from '../client.ts';
import type { ClientState } from '../client-state.ts';
import { trySend } from '../sender.ts';
import { ask } from './ask.ts';
import { closeTransaction } from './closing.ts';
import { logSource } from '../log-source.ts';

/** What a transaction came to, for the consumer that it belongs to; `begun` when its producer has an epoch. */
export const OUTCOMES = ['begun', 'committed', 'aborted', 'fenced'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** The instance that the producer runs in goes on, by an event of its own. */
export function tellConsumer(run: Run, index: number, outcome: Outcome): void {
  if (run.managers[index]!.owner.kind === 'instance')
    at(run, run.nowNs, PRIORITY.client, OP.transactionOver, index, OUTCOMES.indexOf(outcome));
}

/** Makes a client part of its process's transactional producer, which is new if it is the first one. [KT2] */
export function joinManager(run: Run, clientIndex: number): void {
  const client = run.clients[clientIndex]!;
  const { transactionalId } = logSource(run, client.source).settings;
  const { kind, index } = client.owner;
  const known = run.managers.findIndex(
    ({ owner, clients }) => owner.kind === kind && owner.index === index && clients.length > 0,
  );
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
  for (const each of manager.clients) {
    const client = run.clients[each]!;
    if (client.queuedBatches > 0 || awaitsAnswers(run, client)) return;
  }
  if (manager.failure === '' && manager.offsets === 'none' && manager.inputs.length > 0) {
    manager.offsets = 'sent';
    ask(run, index, 'offsets');
  } else ask(run, index, manager.failure === '' ? 'commit' : 'abort');
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

/** Whether the fate of a batch that was sent is still open. A request may be under way for longer than that. */
function awaitsAnswers(run: Run, { connections }: ClientState): boolean {
  return connections.some(({ inFlight }) =>
    inFlight.some((request) =>
      rowOf(run.requests, request).batches.some((batch) => !rowOf(run.batches, batch).resolved),
    ),
  );
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
 * [ED7] A client has crashed because it is no more, or no longer part of this producer: the transaction is given up, and the
 * other clients, whose batches belong to it, end as with a crash, too.
 */
export function leaveManager(run: Run, clientIndex: number): void {
  const client = run.clients[clientIndex]!;
  if (client.manager < 0) return;
  const manager = run.managers[client.manager]!;
  const index = client.manager;
  for (const other of manager.clients) if (other !== clientIndex) crashClient(run, other);
  manager.clients = manager.clients.filter((other) => other !== clientIndex);
  client.manager = -1;
  if (processOf(run, client).crashed) return;
  startManager(run, index);
  tellConsumer(run, index, 'aborted');
}
