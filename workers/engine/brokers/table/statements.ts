/**
 * Statements, from their beginning to their answer. One a session at a time:
 *
 *     connecting → running → (locking → rechecking)* → writing → flushing → answered
 *
 * What a statement does not need it leaves out. Without `commits` its transaction stays open, and with it the connection and the
 * locks that it has.
 */
import { assert, fail } from '../../core/assert.ts';
import { empty, removeFrom } from '../../core/columns.ts';
import type { RandomStreams } from '../../core/random.ts';
import { endFlush, forgetHeld, rollBack, startCommit } from './commits.ts';
import { beginTransaction, endTransaction, lookUpNs, runOnCore, searchNs } from './cores.ts';
import { OUTCOME, PHASE, STATEMENT, type Database, type Session } from './database.ts';
import { findRows, lockHeld, unlockRows, wakeWaiting } from './locks.ts';
import { addRow, hasRowOf } from './rows.ts';

/** So many places at the head of a queue may be empty. */
const QUEUE_HEAD_MAX = 256;

export interface ClaimSettings {
  /** One of `LOCKING`. */
  readonly locking: number;
  /** Rows at most. */
  readonly batch: number;
  /** `nothing` (locks only), `claim` (by status), `remove` or `mark`. */
  readonly outcome: number;
  /** Whether the statement commits by itself. */
  readonly commits: boolean;
  /** Of a claim by status; Infinity for ever. */
  readonly leaseNs: number;
  /** Finds rows with larger ids only [TB22]; 0 for all. */
  readonly afterId: number;
}

/**
 * INSERT of a row for the message.
 *
 * @param unique does nothing if the table has a row of that message which is not done [TB16]
 * @param holdNs how long the transaction goes on before it commits [TB23]
 */
export function insertRow(
  db: Database,
  streams: RandomStreams,
  nowNs: number,
  index: number,
  message: number,
  commits: boolean,
  unique = false,
  holdNs = 0,
): void {
  const session = idleSession(db, index);
  session.message = message;
  session.unique = unique;
  session.holdNs = holdNs;
  session.commits = commits;
  begin(db, streams, nowNs, index, STATEMENT.insert);
}

/** Looks for rows, locks them as the settings say and does with them what they say. [TB5] */
export function claimRows(
  db: Database,
  streams: RandomStreams,
  nowNs: number,
  index: number,
  settings: ClaimSettings,
): void {
  const session = idleSession(db, index);
  assert(session.slots.length === 0, 'a session claims while it has rows in hand');
  session.locking = settings.locking;
  session.batch = settings.batch;
  session.afterId = settings.afterId;
  session.reached = 0;
  session.outcome = settings.outcome;
  session.leaseNs = settings.leaseNs;
  session.commits = settings.commits;
  session.searching = true;
  db.counts.polls += 1;
  begin(db, streams, nowNs, index, STATEMENT.claim);
}

/** Takes a row into the session's hand that another one has claimed by status. In the order of ids, if several. */
export function takeInHand(db: Database, index: number, slot: number, id: number): void {
  const session = idleSession(db, index);
  session.slots.push(slot);
  session.ids.push(id);
}

/** Nothing is in the session's hand any more: others are to write the rows that it has claimed by status. */
export function layDown(db: Database, index: number): void {
  forgetHeld(idleSession(db, index));
}

/** A row in hand is not to be written after all. Simplified: its lock goes now, not with the transaction. */
export function takeOutOfHand(db: Database, index: number, slot: number): void {
  const { slots, ids } = idleSession(db, index);
  const place = slots.indexOf(slot);
  assert(place >= 0, 'a row is not in hand');
  if (db.rows.id[slot] === ids[place] && db.rows.holder[slot] === index) db.rows.holder[slot] = -1;
  removeFrom(slots, place);
  removeFrom(ids, place);
}

/** A row in hand is to be given back when the others are done; what that means says `howRowsReturn`. */
export function markFailed(db: Database, index: number, slot: number): void {
  idleSession(db, index).failed.push(slot);
}

/**
 * What becomes of rows that are given back.
 *
 * @param delayNs polls do not find them for so long
 * @param attemptsMax a row with so many attempts has failed for good instead; 0 for no limit
 */
export function howRowsReturn(db: Database, index: number, delayNs: number, attemptsMax: number): void {
  const session = idleSession(db, index);
  session.delayNs = delayNs;
  session.attemptsMax = attemptsMax;
}

/** DELETE, or UPDATE to done, of the rows in hand, and COMMIT. */
export function finishRows(db: Database, streams: RandomStreams, nowNs: number, index: number, marks: boolean): void {
  const session = idleSession(db, index);
  session.outcome = marks ? OUTCOME.mark : OUTCOME.remove;
  session.commits = true;
  begin(db, streams, nowNs, index, STATEMENT.finish);
}

/** UPDATE of the rows in hand back to ready, and COMMIT. Counts an attempt of each. */
export function giveBackRows(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = idleSession(db, index);
  session.outcome = OUTCOME.giveBack;
  session.commits = true;
  begin(db, streams, nowNs, index, STATEMENT.giveBack);
}

/** Gives back the rows whose leases have ended; `result` has their messages. [TB12] */
export function reapRows(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = idleSession(db, index);
  session.outcome = OUTCOME.giveBack;
  session.delayNs = 0;
  session.attemptsMax = 0;
  session.commits = true;
  begin(db, streams, nowNs, index, STATEMENT.reap);
}

/** Deletes the rows that are done and kept. [TB13] */
export function cleanUpRows(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  idleSession(db, index).commits = true;
  begin(db, streams, nowNs, index, STATEMENT.cleanUp);
}

/** COMMIT of a transaction that earlier statements have left open. */
export function commitTransaction(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = idleSession(db, index);
  assert(session.inTransaction, 'there is no transaction to commit');
  session.commits = true;
  session.statement = STATEMENT.commit;
  db.counts.statements += 1;
  startCommit(db, streams, index, nowNs);
}

/** ROLLBACK. Takes no time. */
export function rollBackTransaction(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  idleSession(db, index);
  rollBack(db, index, nowNs);
  disconnect(db, streams, nowNs, index);
}

/**
 * The client of the session is gone. What it has begun the server ends, also with a commit; an open transaction is rolled back
 * then, or now. [TB11]
 */
export function abandonSession(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  assert(session.open && !session.abandoned, 'a session was closed twice');
  session.abandoned = true;
  if (session.phase === PHASE.connecting) {
    // It has not begun anything.
    db.connectQueue.splice(db.connectQueue.indexOf(index, db.connectHead), 1);
    session.phase = PHASE.idle;
  }
  if (session.phase === PHASE.holding) stopHolding(session);
  if (session.phase === PHASE.idle) closeSession(db, streams, nowNs, index);
}

/** Its client will not commit any more. */
function stopHolding(session: Session): void {
  session.phase = PHASE.idle;
  session.dueNs = Infinity;
}

function closeSession(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  rollBack(db, index, nowNs);
  disconnect(db, streams, nowNs, index);
  empty(session.result);
  session.open = false;
  db.closed.push(index);
}

function idleSession(db: Database, index: number): Session {
  const session = db.sessions[index]!;
  if (!session.open || session.abandoned || session.phase !== PHASE.idle)
    fail('the session is not free for a statement');
  return session;
}

function begin(db: Database, streams: RandomStreams, nowNs: number, index: number, statement: number): void {
  const session = db.sessions[index]!;
  session.statement = statement;
  session.written = 0;
  empty(session.result);
  db.counts.statements += 1;
  if (session.connected) {
    run(db, streams, nowNs, index);
    return;
  }
  if (db.connected >= db.settings.connections) {
    session.phase = PHASE.connecting;
    session.waitingSinceNs = nowNs;
    db.connectQueue.push(index);
    db.counts.connectionWaits += 1;
    return;
  }
  connect(db, streams, nowNs, index);
}

function connect(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  db.connected += 1;
  db.sessions[index]!.connected = true;
  run(db, streams, nowNs, index);
}

/** The session gives its connection to who has waited longest. [TB3] */
function disconnect(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  if (!session.connected) return;
  session.connected = false;
  db.connected -= 1;
  admitWaiting(db, streams, nowNs);
}

/** Connections that are free go to who waits for one. To be called also when there are more than before. */
export function admitWaiting(db: Database, streams: RandomStreams, nowNs: number): void {
  const { connectQueue } = db;
  while (db.connected < db.settings.connections && db.connectHead < connectQueue.length) {
    const next = connectQueue[db.connectHead]!;
    db.connectHead += 1;
    db.counts.connectionWaitNs += nowNs - db.sessions[next]!.waitingSinceNs;
    connect(db, streams, nowNs, next);
  }
  if (db.connectHead === 0 || (db.connectHead < QUEUE_HEAD_MAX && db.connectHead < connectQueue.length)) return;
  connectQueue.splice(0, db.connectHead);
  db.connectHead = 0;
}

function run(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  const { statement } = session;
  let costNs: number;
  if (statement === STATEMENT.claim && session.afterId > 0) costNs = lookUpNs(db, streams);
  else if (statement === STATEMENT.claim || statement === STATEMENT.cleanUp || statement === STATEMENT.reap)
    costNs = searchNs(db, streams);
  else {
    const writes = statement === STATEMENT.insert ? 1 : session.slots.length;
    costNs = lookUpNs(db, streams) + writes * db.settings.writeNs;
  }
  if (!session.inTransaction) beginTransaction(db, index);
  session.phase = PHASE.running;
  runOnCore(db, index, nowNs, costNs);
}

/** What the session does is over: the next step of its statement. */
export function sessionDue(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  const { phase, statement } = session;
  session.dueNs = Infinity;
  if (phase === PHASE.holding) {
    startCommit(db, streams, index, nowNs);
    return;
  }
  if (phase === PHASE.writing) {
    written(db, streams, nowNs, index);
    return;
  }
  assert(phase === PHASE.running || phase === PHASE.rechecking, 'a session is due that does nothing');
  if (statement === STATEMENT.insert) inserted(db, streams, nowNs, index);
  else if (session.searching) claimed(db, streams, nowNs, index);
  else if (statement === STATEMENT.reap) reaped(db, nowNs, index);
  else if (statement === STATEMENT.cleanUp) swept(db, nowNs, index);
  else written(db, streams, nowNs, index);
}

function inserted(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  if (session.unique && hasRowOf(db.rows, session.message)) {
    db.undone.push(session.message);
    session.message = -1;
    endWithoutWrites(db, streams, nowNs, index);
    return;
  }
  session.inserted.push(addRow(db.rows, session.message, index));
  session.message = -1;
  session.written = 1;
  if (session.holdNs > 0 && !session.abandoned) {
    session.phase = PHASE.holding;
    session.dueNs = nowNs + session.holdNs;
    db.timers.push(index);
  } else if (session.commits && session.holdNs === 0) startCommit(db, streams, index, nowNs);
  else answer(db, streams, nowNs, index);
}

function claimed(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  if (!findRows(db, index, nowNs)) return;
  const session = db.sessions[index]!;
  session.searching = false;
  const { length } = session.slots;
  if (length === 0) db.counts.idlePolls += 1;
  if (session.outcome !== OUTCOME.nothing && length > 0) {
    write(db, nowNs, index, length);
    return;
  }
  if (session.commits) {
    unlockRows(db, index, session.slots, session.ids);
    forgetHeld(session);
    endTransaction(db, session);
    wakeWaiting(db, nowNs);
  }
  answer(db, streams, nowNs, index);
}

function reaped(db: Database, nowNs: number, index: number): void {
  const { rows } = db;
  const session = db.sessions[index]!;
  for (let slot = rows.claimed.first; slot >= 0; slot = rows.next[slot]!) {
    if (rows.leaseEndsNs[slot]! > nowNs || rows.holder[slot]! >= 0) continue;
    rows.holder[slot] = index;
    session.slots.push(slot);
    session.ids.push(rows.id[slot]!);
    session.result.push(rows.message[slot]!);
  }
  write(db, nowNs, index, session.slots.length);
}

/** What another clean-up is deleting it would wait for in vain. */
function swept(db: Database, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  session.swept = db.kept - db.sweeping;
  db.sweeping += session.swept;
  write(db, nowNs, index, session.swept);
}

function write(db: Database, nowNs: number, index: number, count: number): void {
  db.sessions[index]!.phase = PHASE.writing;
  runOnCore(db, index, nowNs, count * db.settings.writeNs);
}

/** The rows have been written on the core; those that it did not lock when it found them it locks now. */
function written(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  if (!lockHeld(db, index, nowNs)) return;
  if (session.slots.length === 0 && session.swept === 0) endWithoutWrites(db, streams, nowNs, index);
  else startCommit(db, streams, index, nowNs);
}

/** Nothing was written: the transaction ends without the log. */
function endWithoutWrites(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  forgetHeld(session);
  endTransaction(db, session);
  answer(db, streams, nowNs, index);
}

/** The log has been written. */
export function flushDue(db: Database, streams: RandomStreams, nowNs: number): void {
  const group = endFlush(db, streams, nowNs);
  for (const index of group) answer(db, streams, nowNs, index);
  empty(group);
}

function answer(db: Database, streams: RandomStreams, nowNs: number, index: number): void {
  const session = db.sessions[index]!;
  session.phase = PHASE.idle;
  session.through = 0;
  if (session.abandoned) {
    closeSession(db, streams, nowNs, index);
    return;
  }
  if (!session.inTransaction) disconnect(db, streams, nowNs, index);
  db.answered.push(index);
}
