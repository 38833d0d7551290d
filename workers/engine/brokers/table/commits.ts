/** The end of a transaction: the log is flushed once for all commits that wait for it, and then they take effect together. */
import { sampleNs } from '../../core/distributions.ts';
import { empty } from '../../core/columns.ts';
import type { RandomStreams } from '../../core/random.ts';
import { endTransaction } from './cores.ts';
import { OUTCOME, PHASE, TIMER, type Database, type Session } from './database.ts';
import { unlockRows, wakeWaiting } from './locks.ts';
import { makeClaimed, makeReady, removeRow, ROW } from './rows.ts';

/** The session's transaction is to be committed: with the next flush, or at once where the log takes no time. [TB8] */
export function startCommit(db: Database, streams: RandomStreams, index: number, nowNs: number): void {
  const session = db.sessions[index]!;
  session.phase = PHASE.flushing;
  session.dueNs = Infinity;
  if (db.flushDueNs === Infinity) {
    db.flushing.push(index);
    startFlush(db, streams, nowNs);
  } else db.flushNext.push(index);
}

function startFlush(db: Database, streams: RandomStreams, nowNs: number): void {
  db.flushDueNs = nowNs + Math.round(sampleNs(db.settings.commit, streams, db.stream) * db.slowFactor);
  db.timers.push(TIMER.log);
}

/**
 * The log has been written: what it carried is committed, in the order in which it had come. The sessions are in the list
 * that is returned, which the caller empties, because the log uses it again.
 */
export function endFlush(db: Database, streams: RandomStreams, nowNs: number): number[] {
  const group = db.flushing;
  for (let i = 0; i < group.length; i += 1) applyCommit(db, group[i]!, nowNs);
  wakeWaiting(db, nowNs);
  db.flushDueNs = Infinity;
  db.flushing = db.flushNext;
  db.flushNext = group;
  if (db.flushing.length > 0) startFlush(db, streams, nowNs);
  return group;
}

function applyCommit(db: Database, index: number, nowNs: number): void {
  const session = db.sessions[index]!;
  db.counts.commits += 1;
  for (const slot of session.inserted) {
    db.rows.holder[slot] = -1;
    makeReady(db.rows, slot, nowNs);
    db.inserted.push(slot);
  }
  empty(session.inserted);
  // Rows are unlocked first: what is removed has no lock.
  unlockRows(db, index, session.slots, session.ids);
  if (session.outcome !== OUTCOME.nothing) applyOutcome(db, session, nowNs);
  if (session.swept > 0) applySweep(db, session);
  endTransaction(db, session);
}

/** Each write of a row leaves a dead version behind. [TB9] */
function applyOutcome(db: Database, session: Session, nowNs: number): void {
  const { rows } = db;
  const { slots, outcome } = session;
  session.written = slots.length;
  noteDeaths(db, slots.length);
  for (const slot of slots) {
    if (outcome === OUTCOME.claim) {
      rows.attempts[slot]! += 1;
      makeClaimed(rows, slot, nowNs + session.leaseNs);
    } else if (outcome === OUTCOME.giveBack || session.failed.includes(slot)) giveBackRow(db, session, slot, nowNs);
    else {
      if (outcome === OUTCOME.mark) db.kept += 1;
      db.done.push(rows.message[slot]!);
      removeRow(rows, slot);
    }
  }
  if (outcome !== OUTCOME.claim) forgetHeld(session);
}

function giveBackRow(db: Database, session: Session, slot: number, nowNs: number): void {
  const { rows } = db;
  // A claim by status has counted the attempt.
  if (rows.state[slot] === ROW.ready) rows.attempts[slot]! += 1;
  if (session.attemptsMax > 0 && rows.attempts[slot]! >= session.attemptsMax) {
    db.failed += 1;
    db.spent.push(rows.message[slot]!);
    removeRow(rows, slot);
  } else makeReady(rows, slot, nowNs + session.delayNs);
}

function applySweep(db: Database, session: Session): void {
  db.sweeping -= session.swept;
  db.kept -= session.swept;
  noteDeaths(db, session.swept);
  session.written = session.swept;
  session.swept = 0;
}

function noteDeaths(db: Database, versions: number): void {
  db.deaths += versions;
  db.dead += versions;
}

export function forgetHeld(session: Session): void {
  empty(session.slots);
  empty(session.ids);
  empty(session.failed);
  session.through = 0;
  session.outcome = OUTCOME.nothing;
}

/** What the session's transaction has done is undone; rows that it had locked are where they were. [TB11] */
export function rollBack(db: Database, index: number, nowNs: number): void {
  const session = db.sessions[index]!;
  if (session.message >= 0) db.undone.push(session.message);
  session.message = -1;
  for (const slot of session.inserted) {
    db.undone.push(db.rows.message[slot]!);
    removeRow(db.rows, slot);
  }
  noteDeaths(db, session.inserted.length);
  empty(session.inserted);
  unlockRows(db, index, session.slots, session.ids);
  forgetHeld(session);
  db.sweeping -= session.swept;
  session.swept = 0;
  if (session.inTransaction) endTransaction(db, session);
  wakeWaiting(db, nowNs);
}
