/** The cores that statements run on, first come first served, and what a search costs in a table that has grown. */
import { sampleNs } from '../../core/distributions.ts';
import type { RandomStreams } from '../../core/random.ts';
import type { Database, Session } from './database.ts';

/** A statement that waited for a row looks at it again in this time: fitted to what PostgreSQL showed, see TB6. */
const RECHECK_NS = 6000;

/**
 * The core that is free first works `costNs` for the session, which is due at the end of that. [TB4]
 *
 * @param costNs of a healthy database
 */
export function runOnCore(db: Database, index: number, nowNs: number, costNs: number): void {
  const cores = db.coreFreeNs;
  let core = 0;
  for (let other = 1; other < cores.length; other += 1) if (cores[other]! < cores[core]!) core = other;
  const cost = Math.round(costNs * db.slowFactor);
  const begins = Math.max(nowNs, cores[core]!);
  const session = db.sessions[index]!;
  cores[core] = begins + cost;
  db.busyNs += cost;
  session.snapshotNs = begins;
  session.dueNs = begins + cost;
  db.timers.push(index);
}

export function recheckOnCore(db: Database, index: number, nowNs: number): void {
  const { snapshotNs } = db.sessions[index]!;
  runOnCore(db, index, nowNs, RECHECK_NS);
  // What is looked at again is the row as it is now; the rest of the statement still goes by what it saw at first.
  db.sessions[index]!.snapshotNs = snapshotNs;
}

/** Time of a statement until it has found its rows by their ids. */
export function lookUpNs(db: Database, streams: RandomStreams): number {
  return sampleNs(db.settings.read, streams, db.stream);
}

/** Time of a statement that searches the table: it passes over what lies before what it looks for. [TB10] */
export function searchNs(db: Database, streams: RandomStreams): number {
  const { perDeadRowNs, perPinnedRowNs, perKeptRowNs } = db.settings;
  const pinned = pinnedRows(db);
  const behind = (db.dead - pinned) * perDeadRowNs + pinned * perPinnedRowNs + db.kept * perKeptRowNs;
  return lookUpNs(db, streams) + behind;
}

/** Dead rows that the oldest open transaction might still see, so that nothing removes them. */
export function pinnedRows(db: Database): number {
  if (db.oldest < 0) return 0;
  return Math.min(db.dead, db.deaths - db.sessions[db.oldest]!.deathsBefore);
}

/** The session's transaction is open from now on: what dies from now on it might still see. */
export function beginTransaction(db: Database, index: number): void {
  const session = db.sessions[index]!;
  session.inTransaction = true;
  session.deathsBefore = db.deaths;
  session.older = db.youngest;
  session.younger = -1;
  if (db.youngest < 0) db.oldest = index;
  else db.sessions[db.youngest]!.younger = index;
  db.youngest = index;
}

export function endTransaction(db: Database, session: Session): void {
  session.inTransaction = false;
  if (session.older < 0) db.oldest = session.younger;
  else db.sessions[session.older]!.younger = session.younger;
  if (session.younger < 0) db.youngest = session.older;
  else db.sessions[session.younger]!.older = session.older;
}
