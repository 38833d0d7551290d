/** The answers to polls and to what ends them, on their way back. */
import { at, OP, PRIORITY } from '../events.ts';
import { layDown, rollBackTransaction } from '../brokers/table/statements.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { addChance } from '../ledger/ledger.ts';
import { patientLatencyNs } from '../network.ts';
import type { Run } from '../state.ts';
import { noteFlight } from './flights.ts';
import { TALK, type PollerState, type StoreState, type Talk } from './state.ts';
import { pollOf, storeOf } from './talks.ts';

/** What a statement is, where it is not the place of a row in the batch that it finishes. */
export const STATEMENT_OF = { poll: -1, finish: -2 } as const;

/** The statement of a poller has been executed. */
export function answerPoller(run: Run, session: number, talk: Talk): void {
  const { kind, owner, place, ticket } = talk;
  const poller = run.pollers[owner]!;
  talk.kind = TALK.nobody;
  if (kind === TALK.finishRow) layDown(storeOf(run, poller).db, session);
  // Its client is gone, and will hang up.
  if (poller.ticket !== ticket) return;
  if (kind === TALK.poll) takeBatch(run, owner, session);
  if (kind === TALK.finishRow) poller.spare.push(session);
  reply(run, owner, statementOf(kind, place), false);
}

/** The connection broke while the statement was at work. */
export function loseStatement(run: Run, { kind, owner, place, ticket }: Talk): void {
  if (run.pollers[owner]!.ticket === ticket) reply(run, owner, statementOf(kind, place), true);
}

function statementOf(kind: number, place: number): number {
  if (kind === TALK.poll) return STATEMENT_OF.poll;
  return kind === TALK.finish ? STATEMENT_OF.finish : place;
}

/** What a poll has found: copies of the messages are under way from now on. */
function takeBatch(run: Run, index: number, session: number): void {
  const poller = run.pollers[index]!;
  const poll = pollOf(run, poller);
  const store = storeOf(run, poller);
  const { result, slots, ids, inTransaction, reached } = store.db.sessions[session]!;
  poll.polls += 1;
  if (result.length === 0) poll.idlePolls += 1;
  poll.found += result.length;
  poller.full = result.length >= poll.settings.batchSize;
  poller.inbound = result.length > 0;
  poller.reached = reached;
  for (let i = 0; i < result.length; i += 1) {
    const row = result[i]!;
    poller.rows.push(row);
    poller.slots.push(slots[i] ?? -1);
    poller.ids.push(ids[i] ?? -1);
    addChance(run, row, 0);
    noteHop(run, row, HOP.taken, poller.instance, -1, -1);
  }
  endClaim(run, store, session, result.length > 0 && inTransaction);
}

/** A transaction that found nothing ends at once, and rows that were claimed by status are others' to finish. */
function endClaim(run: Run, { db }: StoreState, session: number, keeps: boolean): void {
  if (keeps) return;
  if (db.sessions[session]!.inTransaction) rollBackTransaction(db, run.streams, run.nowNs, session);
  else layDown(db, session);
}

/** @param failed the statement was not executed, or nobody knows */
export function reply(run: Run, index: number, what: number, failed: boolean): void {
  const poller: PollerState = run.pollers[index]!;
  const edge = run.edges[pollOf(run, poller).edge]!;
  const arriveNs = run.nowNs + patientLatencyNs(run, edge, edge.backward);
  const found = what === STATEMENT_OF.poll ? poller.rows.length : 0;
  if (found > 0) noteFlight(run, edge, 'data', arriveNs, found, poller.rows[0]!, run.instances[poller.instance]!.index);
  at(run, arriveNs, PRIORITY.client, OP.statementReturns, index, what, poller.ticket * 2 + (failed ? 1 : 0));
}
