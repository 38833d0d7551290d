/** A store's database in a run: its time, its clients that leave, its failures. */
import { TIMER } from '../brokers/table/database.ts';
import { abandonSession, flushDue, sessionDue } from '../brokers/table/statements.ts';
import { planVacuum, stopDatabase, vacuumDue } from '../brokers/table/upkeep.ts';
import { deferred, OP, thaw } from '../events.ts';
import { release } from '../pool.ts';
import type { Run } from '../state.ts';
import { drain } from './drain.ts';
import { answerInsert } from './insert-answers.ts';
import { loseStatement } from './poll-answers.ts';
import { INSERTED, TALK, type TableSource } from './state.ts';

/** A client has closed a connection, and the server knows. [TB11] */
export function hangUp(run: Run, storeIndex: number, session: number): void {
  const store = run.stores[storeIndex]!;
  const talk = store.talks[session]!;
  if (talk.kind === TALK.insert) release(run.insertRequests, talk.place);
  talk.kind = TALK.nobody;
  abandonSession(store.db, run.streams, run.nowNs, session);
  drain(run, storeIndex);
}

/** The same when the client's word has travelled; void if the server was down since. */
export function tableSessionCloses(run: Run, storeIndex: number, session: number, incarnation: number): void {
  const store = run.stores[storeIndex]!;
  if (store.gone || store.process.incarnation !== incarnation) return;
  if (deferred(store.process, OP.tableSessionCloses, storeIndex, session, incarnation)) return;
  hangUp(run, storeIndex, session);
}

export function tableSessionDue(run: Run, storeIndex: number, session: number): void {
  const store = run.stores[storeIndex]!;
  if (deferred(store.process, OP.tableSessionDue, storeIndex, session, 0)) return;
  if (store.gone || store.db.sessions[session]!.dueNs > run.nowNs) return;
  sessionDue(store.db, run.streams, run.nowNs, session);
  drain(run, storeIndex);
}

export function tableTimerDue(run: Run, storeIndex: number, timer: number): void {
  const store = run.stores[storeIndex]!;
  if (deferred(store.process, OP.tableTimerDue, storeIndex, timer, 0)) return;
  if (timer === TIMER.log) {
    if (store.gone || store.db.flushDueNs > run.nowNs) return;
    flushDue(store.db, run.streams, run.nowNs);
  } else {
    if (store.gone || store.db.vacuumDueNs > run.nowNs) return;
    vacuumDue(store.db, run.nowNs);
  }
  drain(run, storeIndex);
}

/** The server stops: open transactions are rolled back, connections break, whose statements were at work are told. [TB14] */
export function crashStore(run: Run, index: number): void {
  const store = run.stores[index]!;
  if (store.process.crashed) return;
  store.process.crashed = true;
  store.process.incarnation += 1;
  thaw(run, store.process);
  stopDatabase(store.db, run.nowNs);
  for (const talk of store.talks) {
    if (talk.kind === TALK.insert) answerInsert(run, talk.place, INSERTED.broken);
    else if (talk.kind !== TALK.nobody) loseStatement(run, talk);
    talk.kind = TALK.nobody;
  }
  forgetSessions(run, index);
  drain(run, index);
}

/** Clients find out with their next statements. */
function forgetSessions(run: Run, index: number): void {
  for (const poll of run.polls) {
    if (poll.store !== index) continue;
    poll.reaper = -1;
    poll.cleaner = -1;
    for (const each of poll.pollers) {
      const poller = run.pollers[each]!;
      poller.session = -1;
      poller.others = [];
      poller.spare = [];
    }
  }
  for (const source of run.sources) {
    if (source.family !== 'table' || (source as TableSource).store !== index) continue;
    for (const each of source.clients) for (const lane of run.inserters[each]!.lanes) lane.session = -1;
  }
}

export function restartStore(run: Run, index: number): void {
  const store = run.stores[index]!;
  if (!store.process.crashed) return;
  store.process.crashed = false;
  planVacuum(store.db, run.nowNs);
  drain(run, index);
}
