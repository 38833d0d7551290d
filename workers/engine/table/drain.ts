/** What came of what was done to a database: told to the ledger, and carried to whoever asked. Follows every call of it. */
import { TIMER, type Database } from '../brokers/table/database.ts';
import { passOver } from '../brokers/table/upkeep.ts';
import { empty } from '../core/columns.ts';
import { at, OP, PRIORITY } from '../events.ts';
import { M } from '../ledger/layout.ts';
import { HOP, noteHop } from '../ledger/hops.ts';
import { addChance, dropChance, letGo } from '../ledger/ledger.ts';
import { TAKEN } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import { answerInsert } from './insert-answers.ts';
import { answerPoller } from './poll-answers.ts';
import { INSERTED, TALK } from './state.ts';

export function drain(run: Run, storeIndex: number): void {
  const { db, subscription } = run.stores[storeIndex]!;
  // Most calls leave nothing but a timer.
  if (db.inserted.length > 0) {
    for (const slot of db.inserted) noteInserted(run, storeIndex, db.rows.message[slot]!);
    empty(db.inserted);
  }
  // Copies come into hands before their rows go.
  if (db.answered.length > 0) {
    for (const session of db.answered) answer(run, storeIndex, session);
    empty(db.answered);
  }
  if (db.passedTo > 0) passOver(db);
  if (db.missed.length > 0) noteMissed(run, db);
  if (db.done.length > 0) {
    for (const row of db.done) dropChance(run, row, 0);
    empty(db.done);
  }
  if (db.spent.length > 0) noteSpent(run, db, subscription);
  if (db.undone.length > 0) {
    for (const row of db.undone) letGo(run, row);
    empty(db.undone);
  }
  if (db.timers.length > 0) setTimers(run, storeIndex);
}

function noteMissed(run: Run, { missed }: Database): void {
  for (const row of missed) {
    noteHop(run, row, HOP.skipped, -1, -1, -1);
    dropChance(run, row, 0);
  }
  empty(missed);
}

function noteSpent(run: Run, { spent }: Database, subscription: number): void {
  for (const row of spent) {
    noteHop(run, row, HOP.spent, subscription, -1, -1);
    dropChance(run, row, 0, TAKEN.byDeliveryLimit);
  }
  empty(spent);
}

/** A row is in the table: a copy that may be applied. The request lets go of its message. */
function noteInserted(run: Run, storeIndex: number, row: number): void {
  run.sources[run.messages.int[row + M.source]!]!.ledger.appended += 1;
  noteHop(run, row, HOP.inserted, run.stores[storeIndex]!.subscription, -1, -1);
  addChance(run, row, 0);
  letGo(run, row);
}

function answer(run: Run, storeIndex: number, session: number): void {
  const talk = run.stores[storeIndex]!.talks[session]!;
  if (talk.kind === TALK.insert) {
    talk.kind = TALK.nobody;
    answerInsert(run, talk.place, INSERTED.done);
  } else if (talk.kind !== TALK.nobody) answerPoller(run, session, talk);
}

function setTimers(run: Run, storeIndex: number): void {
  const { db } = run.stores[storeIndex]!;
  for (const timer of db.timers) {
    const dueNs = timer >= 0 ? db.sessions[timer]!.dueNs : timer === TIMER.log ? db.flushDueNs : db.vacuumDueNs;
    if (dueNs === Infinity) continue;
    if (timer >= 0) at(run, dueNs, PRIORITY.broker, OP.tableSessionDue, storeIndex, timer);
    else at(run, dueNs, PRIORITY.broker, OP.tableTimerDue, storeIndex, timer);
  }
  empty(db.timers);
}
