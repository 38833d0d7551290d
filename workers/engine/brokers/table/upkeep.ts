/** What a database does by itself, and what happens to it as a whole. */
import { empty } from '../../core/columns.ts';
import type { RandomStreams } from '../../core/random.ts';
import { rollBack } from './commits.ts';
import { pinnedRows } from './cores.ts';
import { PHASE, TIMER, type Database } from './database.ts';
import { openRows, removeRow } from './rows.ts';
import { flushDue, sessionDue } from './statements.ts';

/** autovacuum_vacuum_threshold and autovacuum_vacuum_scale_factor. */
const VACUUM_THRESHOLD = 50;
const VACUUM_SCALE = 0.2;

/** Autovacuum looks: with many dead rows it removes those that no transaction can see any more. [TB10] */
export function vacuumDue(db: Database, nowNs: number): void {
  const rows = openRows(db.rows) + db.kept;
  if (db.dead > VACUUM_THRESHOLD + VACUUM_SCALE * rows) {
    db.dead = pinnedRows(db);
    db.counts.vacuums += 1;
  }
  planVacuum(db, nowNs);
}

/** Autovacuum looks again after its interval; to be called also when that has changed. */
export function planVacuum(db: Database, nowNs: number): void {
  const { vacuumEveryNs } = db.settings;
  db.vacuumDueNs = vacuumEveryNs > 0 ? nowNs + vacuumEveryNs : Infinity;
  if (vacuumEveryNs > 0) db.timers.push(TIMER.vacuum);
}

/**
 * [TB22] Whoever reads the table remembers an id, and looks for larger ones: rows up to `passedTo` that are ready and locked by nobody are
 * not found any more. They stay in the table.
 */
export function passOver(db: Database): void {
  const { rows, passedTo } = db;
  let slot = rows.ready.first;
  while (slot >= 0 && rows.id[slot]! <= passedTo) {
    const next = rows.next[slot]!;
    if (rows.holder[slot]! < 0) {
      db.missed.push(rows.message[slot]!);
      db.passed += 1;
      removeRow(rows, slot);
    }
    slot = next;
  }
}

/** There are more cores, or fewer: those that are free the latest stay. What runs is not interrupted. */
export function fitCores(db: Database): void {
  const cores = db.coreFreeNs;
  while (cores.length < db.settings.cores) cores.push(0);
  cores.sort((a, b) => b - a);
  while (cores.length > db.settings.cores) cores.pop();
}

/** The server stops at once: open transactions are rolled back, all sessions are closed, what is committed stays. [TB14] */
export function stopDatabase(db: Database, nowNs: number): void {
  empty(db.lockQueue);
  empty(db.connectQueue);
  db.connectHead = 0;
  empty(db.flushing);
  empty(db.flushNext);
  db.flushDueNs = Infinity;
  db.vacuumDueNs = Infinity;
  db.sessions.forEach((session, index) => {
    if (!session.open) return;
    rollBack(db, index, nowNs);
    session.phase = PHASE.idle;
    session.dueNs = Infinity;
    session.connected = false;
    session.searching = false;
    session.open = false;
    empty(session.result);
    db.closed.push(index);
  });
  db.connected = 0;
  empty(db.answered);
  db.coreFreeNs.fill(nowNs);
}

/** When time alone changes something next; Infinity for never. Looks at all sessions. */
export function nextDueNs(db: Database): number {
  let next = Math.min(db.flushDueNs, db.vacuumDueNs);
  for (const session of db.sessions) if (session.dueNs < next) next = session.dueNs;
  return next;
}

/** Does what is due next, the log first, then autovacuum, then sessions by number. Returns its instant; Infinity for nothing. */
export function doNext(db: Database, streams: RandomStreams): number {
  const dueNs = nextDueNs(db);
  if (dueNs === Infinity) return dueNs;
  if (db.flushDueNs === dueNs) flushDue(db, streams, dueNs);
  else if (db.vacuumDueNs === dueNs) vacuumDue(db, dueNs);
  else {
    const index = db.sessions.findIndex((session) => session.dueNs === dueNs);
    sessionDue(db, streams, dueNs, index);
  }
  empty(db.timers);
  return dueNs;
}
