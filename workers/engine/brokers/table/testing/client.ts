/** Clients of a database, for tests: statements that are played to their answer, and workers that claim in a closed loop. */
import { createRandomStreams, openStream, type RandomStreams } from '../../../core/random.ts';
import { createDatabase, LOCKING, openSession, OUTCOME, type Database, type DatabaseSettings } from '../database.ts';
import { resolveNode, type NodeOf } from '../../../../scenario/resolve.ts';
import { databaseSettings } from '../settings.ts';
import { addRow, makeReady } from '../rows.ts';
import { claimRows, finishRows, insertRow, type ClaimSettings } from '../statements.ts';
import { doNext, nextDueNs } from '../upkeep.ts';

/** A database beside its random numbers. */
export interface Server {
  readonly db: Database;
  readonly streams: RandomStreams;
  nowNs: number;
}

const node = resolveNode({ id: 't', kind: 'store', name: '', position: { x: 0, y: 0 } });

/** The defaults of a store, without autovacuum. */
const MEASURED: DatabaseSettings = { ...databaseSettings(node as NodeOf<'store'>), vacuumEveryNs: 0 };

export function createServer(settings: Partial<DatabaseSettings> = {}): Server {
  const streams = createRandomStreams();
  return { db: createDatabase({ ...MEASURED, ...settings }, openStream(streams, 7, 'database')), streams, nowNs: 0 };
}

/** Plays everything that is due up to `untilNs`, or else until no statement is under way. */
export function play(server: Server, untilNs = Infinity): void {
  const { db, streams } = server;
  const isBusy = (): boolean => db.flushDueNs < Infinity || db.sessions.some(({ dueNs }) => dueNs < Infinity);
  while (untilNs < Infinity ? nextDueNs(db) <= untilNs : isBusy()) server.nowNs = doNext(db, streams);
  if (untilNs < Infinity) server.nowNs = untilNs;
  db.answered.length = 0;
}

/** Inserts rows, one transaction each. */
export function insertAll(server: Server, count: number, first = 0): void {
  const session = openSession(server.db);
  for (let i = 0; i < count; i += 1) {
    insertRow(server.db, server.streams, server.nowNs, session, first + i, true);
    play(server);
  }
}

export const SKIP_LOCKED: ClaimSettings = {
  locking: LOCKING.skipLocked,
  batch: 1,
  outcome: OUTCOME.nothing,
  commits: false,
  leaseNs: Infinity,
  afterId: 0,
};

/** Begins a claim. What it found is in the session's `result` once it is answered. */
export function beginClaim(server: Server, session: number, settings: Partial<ClaimSettings> = {}): void {
  claimRows(server.db, server.streams, server.nowNs, session, { ...SKIP_LOCKED, ...settings });
}

/** The messages that a claim finds. */
export function claim(server: Server, session: number, settings: Partial<ClaimSettings> = {}): number[] {
  beginClaim(server, session, settings);
  play(server);
  return [...server.db.sessions[session]!.result];
}

export interface Loop {
  readonly workers: number;
  readonly claim: ClaimSettings;
  /** Whether a second statement says that the rows are done. */
  readonly finishes: boolean;
  /** Of each window. */
  readonly forNs: number;
  readonly windows?: number;
  /** Called after every job. */
  readonly afterJob?: (server: Server) => void;
}

/**
 * Workers in a closed loop on a table that never runs out: each begins its next claim when the last statement is answered.
 * Returns the jobs done a second in each window, and the times of claims, in order.
 */
export function closedLoop(
  server: Server,
  loop: Loop,
): { readonly jobsPerSecond: number[]; readonly claimMs: number[] } {
  const { db, streams } = server;
  const feeder = openSession(db);
  const begun = new Map<number, number>();
  const claimMs: number[] = [];
  const jobs = Array.from({ length: loop.windows ?? 1 }, () => 0);
  const beganNs = server.nowNs;
  const windowAt = (): number => Math.floor((server.nowNs - beganNs) / loop.forNs);
  const begin = (session: number): void => {
    while (db.rows.ready.length < 4 * loop.workers * loop.claim.batch) stock(server, feeder);
    begun.set(session, server.nowNs);
    claimRows(db, streams, server.nowNs, session, loop.claim);
  };
  for (let i = 0; i < loop.workers; i += 1) begin(openSession(db));
  while (windowAt() < jobs.length) {
    server.nowNs = doNext(db, streams);
    for (const session of db.answered.splice(0)) {
      const sinceNs = begun.get(session);
      if (sinceNs === undefined) begin(session);
      else {
        claimMs.push((server.nowNs - sinceNs) / 1e6);
        begun.delete(session);
        if (windowAt() < jobs.length) jobs[windowAt()]! += db.sessions[session]!.result.length;
        loop.afterJob?.(server);
        if (loop.finishes) finishRows(db, streams, server.nowNs, session, true);
        else begin(session);
      }
    }
  }
  return { jobsPerSecond: jobs.map((count) => (count / loop.forNs) * 1e9), claimMs: claimMs.sort((a, b) => a - b) };
}

/** A row that was there all along: the measurements began with a full table. */
function stock({ db, nowNs }: Server, feeder: number): void {
  const slot = addRow(db.rows, 0, feeder);
  db.rows.holder[slot] = -1;
  makeReady(db.rows, slot, nowNs - 1);
}
