/** A transactional producer's requests to the coordinator: one at a time, over its first edge. */
import { empty } from '../../core/columns.ts';
import { at, OP, PRIORITY } from '../../events.ts';
import { patientLatencyNs } from '../../network.ts';
import { allocate, rowOf } from '../../pool.ts';
import type { EdgeState, Run } from '../../state.ts';
import type { TransactionManager, TransactionRequest } from '../../brokers/log/transactions/transaction-state.ts';
import type { LogSource } from '../client-state.ts';
import { logSource } from '../log-source.ts';

export function sourceOf(run: Run, { clients }: TransactionManager): LogSource {
  return logSource(run, run.clients[clients[0]!]!.source);
}

export function edgeOf(run: Run, manager: TransactionManager): EdgeState {
  return run.edges[sourceOf(run, manager).edge]!;
}

/** Sends a request. What is lost is sent again over a new connection [NW4]; over a cut edge it waits until that heals. */
export function ask(run: Run, index: number, what: TransactionRequest['ask']): void {
  const manager = run.managers[index]!;
  manager.repeated = manager.asked === what;
  manager.asked = what;
  manager.ticket += 1;
  const edge = edgeOf(run, manager);
  if (edge.cut) return;
  const row = allocate(run.transactionRequests, newRequest);
  const request = rowOf(run.transactionRequests, row);
  request.manager = index;
  request.ticket = manager.ticket;
  request.ask = what;
  request.sentNs = run.nowNs;
  request.producerId = manager.producerId;
  request.epoch = manager.epoch;
  empty(request.cursors);
  empty(request.positions);
  empty(request.seeks);
  if (what === 'offsets') noteOffsets(run, manager.owner.index, request);
  at(run, run.nowNs + patientLatencyNs(run, edge, edge.forward), PRIORITY.broker, OP.transactionAsked, index, row);
}

function newRequest(): TransactionRequest {
  return {
    manager: -1,
    ticket: 0,
    ask: 'init',
    sentNs: 0,
    producerId: -1,
    epoch: -1,
    member: -1,
    generation: -1,
    cursors: [],
    positions: [],
    seeks: [],
    answer: 'ok',
  };
}

/** [KT7] Fills in a TxnOffsetCommit: of each partition consumed the offset to read next. */
function noteOffsets(run: Run, index: number, request: TransactionRequest): void {
  const instance = run.instances[index]!;
  request.member = instance.member;
  request.generation = instance.generation;
  for (const { cursor, offset } of run.managers[request.manager]!.inputs) {
    const known = request.cursors.indexOf(cursor);
    const place = known < 0 ? request.cursors.push(cursor) - 1 : known;
    request.positions[place] = Math.max(request.positions[place] ?? 0, offset + 1);
  }
  // Where it still reads it knows better: nothing waits below, and there may be a gap behind.
  request.cursors.forEach((cursor, place) => {
    request.seeks[place] = run.cursors[cursor]!.seeks;
    if (run.cursors[cursor]!.holder === index) request.positions[place] = run.cursors[cursor]!.done;
  });
}
