/** What a table has cost so far, for reports, charts and faces. */
import { busyUntilNs, type Database } from '../brokers/table/database.ts';
import { openRows } from '../brokers/table/rows.ts';
import { toMs } from '../core/time.ts';
import type { Run } from '../state.ts';
import { LANE, type InserterState } from './state.ts';

/** Share of the time that its cores have had so far for which they worked, 0 to 1. */
export function utilisationOf(db: Database, nowNs: number): number {
  return nowNs === 0 ? 0 : busyUntilNs(db, nowNs) / (nowNs * db.settings.cores);
}

/** Rows that a transaction has locked and that are ready for others. */
export function lockedRows({ rows }: Database): number {
  let locked = 0;
  for (let slot = rows.ready.first; slot >= 0; slot = rows.next[slot]!) if (rows.holder[slot]! >= 0) locked += 1;
  return locked;
}

export function storeFigures(run: Run, index: number): Record<string, number> {
  const { db } = run.stores[index]!;
  const { counts, rows, kept, failed, passed, dead } = db;
  const seconds = toMs(run.nowNs) / 1000;
  return {
    rowsReady: rows.ready.length,
    rowsLocked: lockedRows(db),
    rowsClaimed: rows.claimed.length,
    rowsKept: kept,
    rowsFailed: failed,
    rowsPassedOver: passed,
    tableRows: openRows(rows) + kept + failed + passed,
    deadRows: dead,
    statements: counts.statements,
    statementsPerSecond: seconds === 0 ? 0 : counts.statements / seconds,
    polls: counts.polls,
    idlePolls: counts.idlePolls,
    idlePollsPerSecond: seconds === 0 ? 0 : counts.idlePolls / seconds,
    commits: counts.commits,
    utilisation: utilisationOf(db, run.nowNs),
    connections: db.connected,
    connectionWaits: counts.connectionWaits,
    connectionWaitMs: toMs(counts.connectionWaitNs),
    lockWaits: counts.lockWaits,
    lockWaitMs: toMs(counts.lockWaitNs),
    rowsTaken: counts.taken,
    addedDelayMs: counts.taken === 0 ? 0 : toMs(counts.delayNs / counts.taken),
    vacuums: counts.vacuums,
  };
}

/** Of an `insert` edge. */
export function insertFigures(run: Run, sourceIndex: number): Record<string, number> {
  const { ledger, clients } = run.sources[sourceIndex]!;
  return {
    attempted: ledger.attempted,
    appended: ledger.appended,
    retries: ledger.retries,
    queuedMessages: waitingAt(run, clients),
    requestsInFlight: underWayAt(run, clients),
  };
}

/** Of a `poll` edge. */
export function pollFigures(run: Run, index: number): Record<string, number> {
  const { polls, idlePolls, found } = run.polls[index]!;
  return { polls, idlePolls, fetched: found };
}

/** Messages that wait in clients for a connection. */
export function waitingAt(run: Run, inserters: readonly number[]): number {
  return inserters.reduce((sum, index) => sum + run.inserters[index]!.blocked, 0);
}

export function underWayAt(run: Run, inserters: readonly number[]): number {
  return inserters.reduce((sum, index) => sum + busyLanes(run.inserters[index]!), 0);
}

function busyLanes({ lanes }: InserterState): number {
  let busy = 0;
  for (const { state } of lanes) if (state !== LANE.free) busy += 1;
  return busy;
}
