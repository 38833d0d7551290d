/** The answers to inserts, on their way back. */
import { noteHop, HOP } from '../ledger/hops.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { isLost, latencyNs } from '../network.ts';
import { release, rowOf } from '../pool.ts';
import type { Run } from '../state.ts';
import { noteFlight } from './flights.ts';
import { INSERTED } from './state.ts';
import { insertEdge } from './talks.ts';

/** @param result one of `INSERTED` */
export function answerInsert(run: Run, number: number, result: number): void {
  const request = rowOf(run.insertRequests, number);
  const inserter = run.inserters[request.inserter]!;
  const edge = insertEdge(run, inserter);
  request.result = result;
  request.sentNs = run.nowNs;
  const lost = isLost(run, edge.backward) || edge.cut || edge.dropAcks;
  const arriveNs = run.nowNs + latencyNs(run, edge, edge.backward);
  const kind = lost ? 'lostAck' : result === INSERTED.done ? 'ack' : 'refusal';
  noteFlight(run, edge, kind, arriveNs, 1, -1, -1);
  if (!lost) {
    at(run, arriveNs, PRIORITY.client, OP.insertReturns, request.inserter, number);
    return;
  }
  noteLostAnswer(run, number);
  release(run.insertRequests, number);
}

/** Its message may have settled: the client has stopped waiting. */
export function noteLostAnswer(run: Run, number: number): void {
  const { inserter: index, lane, ticket, row } = rowOf(run.insertRequests, number);
  const inserter = run.inserters[index]!;
  if (inserter.lanes[lane]!.ticket === ticket) noteHop(run, row, HOP.responseLost, inserter.source, -1, -1);
}
