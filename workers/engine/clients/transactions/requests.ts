/** What the coordinator answers to a transactional producer, and how the producer goes on. */
import { fromMs } from '../../core/time.ts';
import { at, deferred, OP, PRIORITY } from '../../events.ts';
import { STATUS_ACKNOWLEDGED, STATUS_REFUSED } from '../../ledger/messages.ts';
import { patientLatencyNs } from '../../network.ts';
import { release, rowOf } from '../../pool.ts';
import type { Run } from '../../state.ts';
import { addOffsets, endTransaction, initProducerId } from '../../brokers/log/transactions/coordinator.ts';
import type { TransactionManager, TransactionRequest } from '../../brokers/log/transactions/transaction-state.ts';
import { processOf } from '../application.ts';
import { ask, edgeOf, sourceOf } from './ask.ts';
import { closeTransaction } from './closing.ts';
import { becomeReady, fence, goOn, tellConsumer } from './manager.ts';

/** At the coordinator. A request is handled even if its process has died meanwhile. */
export function transactionAsked(run: Run, index: number, row: number): void {
  const manager = run.managers[index]!;
  const request = rowOf(run.transactionRequests, row);
  if (manager.clients.length === 0) {
    release(run.transactionRequests, row);
    return;
  }
  const edge = edgeOf(run, manager);
  if (edge.cut || edge.lastCutNs >= request.sentNs) {
    release(run.transactionRequests, row);
    return;
  }
  request.answer = judge(run, manager, request);
  const { producerId, epoch } = run.transactions[manager.transaction]!;
  request.producerId = producerId;
  request.epoch = epoch;
  request.sentNs = run.nowNs;
  if (edge.dropAcks) {
    release(run.transactionRequests, row);
    return;
  }
  at(run, run.nowNs + patientLatencyNs(run, edge, edge.backward), PRIORITY.client, OP.transactionAnswered, index, row);
}

function judge(run: Run, manager: TransactionManager, request: TransactionRequest): TransactionRequest['answer'] {
  if (request.ask === 'init')
    return initProducerId(run, manager.transaction, sourceOf(run, manager).settings.transactionTimeoutMs);
  if (request.ask === 'offsets') return addOffsets(run, manager.transaction, request);
  return endTransaction(run, manager.transaction, request);
}

/** The answer is back, unless the edge was cut on the way, or the process has moved on. */
export function transactionAnswered(run: Run, index: number, row: number): void {
  const manager = run.managers[index]!;
  const request = rowOf(run.transactionRequests, row);
  const [first] = manager.clients;
  if (first === undefined || manager.ticket !== request.ticket) {
    release(run.transactionRequests, row);
    return;
  }
  const edge = edgeOf(run, manager);
  if (edge.cut || edge.lastCutNs >= request.sentNs) {
    release(run.transactionRequests, row);
    return;
  }
  if (deferred(processOf(run, run.clients[first]!), OP.transactionAnswered, index, row, 0)) return;
  const { ask: asked, answer, producerId, epoch } = request;
  release(run.transactionRequests, row);
  if (answer === 'concurrent') {
    const waitNs = fromMs(Math.max(1, sourceOf(run, manager).settings.retryBackoffMs));
    at(run, run.nowNs + waitNs, PRIORITY.client, OP.transactionStep, index, manager.ticket);
    return;
  }
  if (answer === 'fenced') {
    fence(run, index);
    tellConsumer(run, index, 'fenced');
    return;
  }
  manager.asked = 'nothing';
  if (asked === 'offsets') {
    if (answer === 'ok') manager.offsets = 'accepted';
    else manager.failure = 'the group has gone on without this member';
    goOn(run, index);
    return;
  }
  if (asked === 'commit' && answer === 'invalidState') {
    manager.failure = 'invalid transaction state';
    goOn(run, index);
    return;
  }
  manager.producerId = producerId;
  manager.epoch = epoch;
  concludeRequest(run, index, asked);
}

/** The producer has a new epoch: it is new, or its transaction is over. */
function concludeRequest(run: Run, index: number, asked: TransactionRequest['ask']): void {
  const manager = run.managers[index]!;
  if (asked === 'commit') closeTransaction(run, index, STATUS_ACKNOWLEDGED, '');
  else if (asked === 'abort') closeTransaction(run, index, STATUS_REFUSED, `transaction aborted: ${manager.failure}`);
  const outcome = asked === 'commit' ? 'committed' : asked === 'abort' ? 'aborted' : 'begun';
  becomeReady(run, index);
  tellConsumer(run, index, outcome);
}

/** A request is due again, or a batch that the end of the transaction waited for is done. */
export function transactionStep(run: Run, index: number, ticket: number): void {
  const manager = run.managers[index]!;
  const [first] = manager.clients;
  if (first === undefined || manager.ticket !== ticket) return;
  if (deferred(processOf(run, run.clients[first]!), OP.transactionStep, index, ticket, 0)) return;
  if (manager.asked === 'nothing') goOn(run, index);
  else ask(run, index, manager.asked);
}

/** An edge of the producer has healed: a request that may have been lost over it is sent again. */
export function repeatTransactionRequest(run: Run, edgeIndex: number): void {
  run.managers.forEach((manager, index) => {
    if (manager.clients.length === 0 || manager.asked === 'nothing') return;
    if (sourceOf(run, manager).edge === edgeIndex) ask(run, index, manager.asked);
  });
}
