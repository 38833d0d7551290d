import { describe, expect, test } from 'vitest';
import { compileDistribution } from '../../core/distributions.ts';
import { copyPlain } from '../../core/plain.ts';
import { busyUntilNs, LOCKING, openSession, OUTCOME, PHASE } from './database.ts';
import { beginTransaction, pinnedRows } from './cores.ts';
import { rowsAfter } from './rows.ts';
import {
  abandonSession,
  cleanUpRows,
  commitTransaction,
  finishRows,
  giveBackRows,
  howRowsReturn,
  insertRow,
  layDown,
  reapRows,
  rollBackTransaction,
  takeInHand,
} from './statements.ts';
import { beginClaim, claim, createServer, insertAll, play, type Server } from './testing/client.ts';
import { fitCores, nextDueNs, stopDatabase } from './upkeep.ts';

const MS = 1e6;
const constant = (mean: number) => compileDistribution({ type: 'constant', mean });

function finish(server: Server, session: number, marks = false): void {
  finishRows(server.db, server.streams, server.nowNs, session, marks);
  play(server);
}

function messagesOf({ db }: Server): number[] {
  return rowsAfter(db.rows, 0).map((slot) => db.rows.message[slot]!);
}

/** Begins a claim of the first row by status; plays it. */
const BY_STATUS = { outcome: OUTCOME.claim, commits: true };

describe('order and visibility', () => {
  test('[TB2] a row has its id when it is inserted and is seen when it is committed, so who goes by the last id skips it', () => {
    const server = createServer();
    const [slow, fast] = [openSession(server.db), openSession(server.db)];
    insertRow(server.db, server.streams, 0, slow, 10, false);
    play(server);
    insertRow(server.db, server.streams, server.nowNs, fast, 11, true);
    play(server);
    expect(messagesOf(server)).toEqual([11]);
    const lastId = server.db.rows.id[rowsAfter(server.db.rows, 0)[0]!]!;
    commitTransaction(server.db, server.streams, server.nowNs, slow);
    play(server);
    expect(rowsAfter(server.db.rows, lastId)).toEqual([]);
    expect(messagesOf(server)).toEqual([10, 11]);
    // Who asks for what is ready gets it, and first.
    expect(claim(server, fast)).toEqual([10]);
  });

  test('[TB5] a claim sees what was committed when it began, not what is committed while it runs', () => {
    const server = createServer({ read: constant(5), commit: constant(0) });
    const [producer, poller] = [openSession(server.db), openSession(server.db)];
    insertRow(server.db, server.streams, 0, producer, 1, true);
    server.nowNs = 1 * MS;
    beginClaim(server, poller);
    play(server);
    expect(server.db.sessions[poller]!.result).toEqual([]);
    expect(claim(server, poller)).toEqual([1]);
  });

  test('[TB5] rows come in the order of their ids, up to the batch', () => {
    const server = createServer();
    insertAll(server, 5);
    const session = openSession(server.db);
    expect(claim(server, session, { batch: 3 })).toEqual([0, 1, 2]);
    expect(claim(server, openSession(server.db), { batch: 3 })).toEqual([3, 4]);
  });
});

describe('locks', () => {
  test('[TB6] without SKIP LOCKED the second one waits for the first, and goes on to the next row', () => {
    const server = createServer();
    insertAll(server, 3);
    const [first, second] = [openSession(server.db), openSession(server.db)];
    const waits = { locking: LOCKING.rowLock };
    expect(claim(server, first, waits)).toEqual([0]);
    beginClaim(server, second, waits);
    play(server, server.nowNs + 400 * MS);
    expect(server.db.sessions[second]!.phase).toBe(PHASE.locking);
    finish(server, first);
    expect(server.db.sessions[second]!.result).toEqual([1]);
    expect(server.db.counts).toMatchObject({ lockWaits: 1 });
    expect(server.db.counts.lockWaitNs).toBeGreaterThan(400 * MS);
  });

  test('[TB6] a row that was only locked is for the one that waited, when it comes back', () => {
    const server = createServer();
    insertAll(server, 2);
    const [first, second] = [openSession(server.db), openSession(server.db)];
    claim(server, first, { locking: LOCKING.rowLock });
    beginClaim(server, second, { locking: LOCKING.rowLock, batch: 2 });
    play(server);
    abandonSession(server.db, server.streams, server.nowNs, first);
    play(server);
    expect(server.db.sessions[second]!.result).toEqual([0, 1]);
  });

  test('[TB7] without locks two find the same rows; what the second one writes is no more', () => {
    const server = createServer();
    insertAll(server, 1);
    const [first, second] = [openSession(server.db), openSession(server.db)];
    expect(claim(server, first, { locking: LOCKING.none })).toEqual([0]);
    expect(claim(server, second, { locking: LOCKING.none })).toEqual([0]);
    finish(server, first);
    expect(server.db.done).toEqual([0]);
    finish(server, second);
    expect(server.db.sessions[second]!.written).toBe(0);
    expect(server.db.done).toEqual([0]);
  });

  test('[TB7] claims by status without locks wait for each other only to write, so both have the row', () => {
    const server = createServer();
    insertAll(server, 1);
    const [first, second] = [openSession(server.db), openSession(server.db)];
    beginClaim(server, first, { ...BY_STATUS, locking: LOCKING.none });
    beginClaim(server, second, { ...BY_STATUS, locking: LOCKING.none });
    play(server);
    expect([first, second].map((session) => server.db.sessions[session]!.result)).toEqual([[0], [0]]);
    expect(server.db.rows.attempts[0]).toBe(2);
  });
});

describe('clients that are gone', () => {
  test('[TB11] the rows of a transaction are back at their place, those of a committed claim are not', () => {
    const server = createServer();
    insertAll(server, 3);
    const [first, second] = [openSession(server.db), openSession(server.db)];
    claim(server, first);
    expect(claim(server, second, BY_STATUS)).toEqual([1]);
    abandonSession(server.db, server.streams, server.nowNs, first);
    abandonSession(server.db, server.streams, server.nowNs, second);
    expect(claim(server, openSession(server.db), { batch: 9 })).toEqual([0, 2]);
  });

  test('[TB11] a statement that has begun is ended, also with its commit', () => {
    const server = createServer();
    insertAll(server, 2);
    const session = openSession(server.db);
    beginClaim(server, session, BY_STATUS);
    abandonSession(server.db, server.streams, server.nowNs, session);
    play(server);
    expect(server.db.rows.claimed.length).toBe(1);
    expect(server.db.sessions[session]!.open).toBe(false);
    expect(server.db.connected).toBe(0);
  });

  test('[TB12] a claim without a lease is stuck for ever; one with a lease waits for the reaper', () => {
    const server = createServer();
    insertAll(server, 2);
    for (const leaseNs of [Infinity, 500 * MS]) {
      const session = openSession(server.db);
      claim(server, session, { ...BY_STATUS, leaseNs });
      abandonSession(server.db, server.streams, server.nowNs, session);
    }
    server.nowNs += 700 * MS;
    const poller = openSession(server.db);
    expect(claim(server, poller)).toEqual([]);
    const reaper = openSession(server.db);
    reapRows(server.db, server.streams, server.nowNs, reaper);
    play(server);
    expect(server.db.sessions[reaper]!.result).toEqual([1]);
    expect(claim(server, poller)).toEqual([1]);
    expect(server.db.rows.claimed.length).toBe(1);
  });

  test('[TB12] who comes late with a row that the reaper gave to somebody else ends it all the same', () => {
    const server = createServer();
    insertAll(server, 1);
    const [late, next, reaper] = [openSession(server.db), openSession(server.db), openSession(server.db)];
    claim(server, late, { ...BY_STATUS, leaseNs: 1 });
    server.nowNs += MS;
    reapRows(server.db, server.streams, server.nowNs, reaper);
    play(server);
    expect(claim(server, next, BY_STATUS)).toEqual([0]);
    finish(server, late);
    expect(server.db.done).toEqual([0]);
    finish(server, next);
    expect(server.db.sessions[next]!.written).toBe(0);
  });

  test('[TB14] a database that stops keeps what is committed, and nobody is answered', () => {
    const server = createServer();
    insertAll(server, 2);
    const [claims, inserts] = [openSession(server.db), openSession(server.db)];
    claim(server, claims);
    insertRow(server.db, server.streams, server.nowNs, inserts, 9, true);
    stopDatabase(server.db, server.nowNs);
    expect(nextDueNs(server.db)).toBe(Infinity);
    expect(server.db).toMatchObject({ connected: 0, oldest: -1, answered: [] });
    expect(claim(server, openSession(server.db), { batch: 9 })).toEqual([0, 1]);
  });
});

describe('what is given back', () => {
  test('[TB15] it is ready again at its old place after the delay, and has failed for good after its attempts', () => {
    const server = createServer();
    insertAll(server, 2);
    const session = openSession(server.db);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      expect(claim(server, session)).toEqual([0]);
      howRowsReturn(server.db, session, 10 * MS, 3);
      giveBackRows(server.db, server.streams, server.nowNs, session);
      play(server);
      const other = openSession(server.db);
      expect(claim(server, other)).toEqual([1]);
      rollBackTransaction(server.db, server.streams, server.nowNs, other);
      server.nowNs += 11 * MS;
    }
    expect(server.db).toMatchObject({ spent: [0], failed: 1, done: [] });
    expect(claim(server, session)).toEqual([1]);
  });

  test('[TB15] an attempt of a claim by status counts once, and one that was rolled back does not', () => {
    const server = createServer();
    insertAll(server, 1);
    const session = openSession(server.db);
    claim(server, session);
    rollBackTransaction(server.db, server.streams, server.nowNs, session);
    expect(server.db.rows.attempts[0]).toBe(0);
    claim(server, session, BY_STATUS);
    giveBackRows(server.db, server.streams, server.nowNs, session);
    play(server);
    expect(server.db.rows.attempts[0]).toBe(1);
  });

  test('[TB7] rows that were claimed together may be finished one by one by others', () => {
    const server = createServer();
    insertAll(server, 2);
    const [poller, worker] = [openSession(server.db), openSession(server.db)];
    claim(server, poller, { ...BY_STATUS, batch: 2 });
    const [slots, ids] = [[...server.db.sessions[poller]!.slots], [...server.db.sessions[poller]!.ids]];
    layDown(server.db, poller);
    takeInHand(server.db, worker, slots[1]!, ids[1]!);
    finish(server, worker, true);
    expect(server.db).toMatchObject({ done: [1], kept: 1 });
    expect(server.db.rows.claimed.length).toBe(1);
  });
});

describe('capacity', () => {
  test('[TB3] statements beyond the connections wait in order, and a transaction keeps its connection', () => {
    const server = createServer({
      connections: 1,
      read: constant(2),
      commit: constant(0),
      writeNs: 0,
      perDeadRowNs: 0,
    });
    insertAll(server, 2);
    const sessions = [openSession(server.db), openSession(server.db), openSession(server.db)];
    const beganNs = server.nowNs;
    for (const session of sessions) beginClaim(server, session);
    play(server);
    expect(sessions.map((session) => server.db.sessions[session]!.phase)).toEqual([
      PHASE.idle,
      PHASE.connecting,
      PHASE.connecting,
    ]);
    finish(server, sessions[0]!);
    expect(server.db.sessions[sessions[1]!]!.result).toEqual([1]);
    expect(server.nowNs - beganNs).toBe(6 * MS);
    abandonSession(server.db, server.streams, server.nowNs, sessions[2]!);
    expect(server.db.counts).toMatchObject({ connectionWaits: 2, connectionWaitNs: 4 * MS });
    rollBackTransaction(server.db, server.streams, server.nowNs, sessions[1]!);
    expect(server.db.connected).toBe(0);
  });

  test('[TB4] statements share the cores, first come first served', () => {
    const server = createServer({ read: constant(3), cores: 2 });
    for (let i = 0; i < 3; i += 1) beginClaim(server, openSession(server.db));
    play(server);
    expect(server.nowNs).toBe(6 * MS);
    expect(busyUntilNs(server.db, server.nowNs)).toBe(9 * MS);
    server.db.settings.cores = 1;
    fitCores(server.db);
    const beganNs = server.nowNs;
    for (let i = 0; i < 2; i += 1) beginClaim(server, openSession(server.db));
    expect(busyUntilNs(server.db, server.nowNs)).toBe(9 * MS);
    play(server);
    expect(server.nowNs - beganNs).toBe(6 * MS);
  });

  test('[TB8] commits that come while the log is written go together with the next flush', () => {
    const server = createServer({ read: constant(1), writeNs: 0, commit: constant(10), cores: 5 });
    for (let i = 0; i < 5; i += 1) {
      server.nowNs = i * MS;
      insertRow(server.db, server.streams, server.nowNs, openSession(server.db), i, true);
      play(server, server.nowNs);
    }
    play(server);
    // The first is flushed from 1 to 11 ms, the other four from 11 to 21.
    expect(server.nowNs).toBe(21 * MS);
    expect(messagesOf(server)).toEqual([0, 1, 2, 3, 4]);
  });

  test('[TB9] [TB10] [TB13] every write leaves a dead version; clean-up deletes what is kept, autovacuum what is dead', () => {
    const server = createServer({ vacuumEveryNs: 60_000 * MS });
    insertAll(server, 100);
    const session = openSession(server.db);
    for (let i = 0; i < 100; i += 1) {
      claim(server, session, BY_STATUS);
      finish(server, session, true);
    }
    expect(server.db).toMatchObject({ kept: 100, dead: 200 });
    const [one, two] = [openSession(server.db), openSession(server.db)];
    cleanUpRows(server.db, server.streams, server.nowNs, one);
    cleanUpRows(server.db, server.streams, server.nowNs, two);
    play(server, server.nowNs + 100 * MS);
    expect(server.db.sessions[one]!.written + server.db.sessions[two]!.written).toBe(100);
    expect(server.db).toMatchObject({ kept: 0, dead: 300, sweeping: 0 });
    play(server, 60_000 * MS);
    expect(server.db).toMatchObject({ dead: 0, deaths: 300 });
    expect(server.db.counts.vacuums).toBe(1);
  });

  test('[TB10] what dies under a transaction stays as long as it is open', () => {
    const server = createServer({ vacuumEveryNs: 60_000 * MS });
    insertAll(server, 100);
    const [old, session] = [openSession(server.db), openSession(server.db)];
    beginTransaction(server.db, old);
    for (let i = 0; i < 100; i += 1) {
      claim(server, session);
      finish(server, session);
    }
    play(server, 60_000 * MS);
    expect(server.db.dead).toBe(100);
    expect(pinnedRows(server.db)).toBe(100);
    rollBackTransaction(server.db, server.streams, server.nowNs, old);
    expect(pinnedRows(server.db)).toBe(0);
    play(server, 120_000 * MS);
    expect(server.db.dead).toBe(0);
  });
});

test('[DT2] a database is plain data: a copy goes on as the original does', () => {
  const server = createServer();
  insertAll(server, 20);
  for (let i = 0; i < 5; i += 1) beginClaim(server, openSession(server.db), { ...BY_STATUS, batch: 3 });
  const copy = { ...copyPlain({ db: server.db, streams: server.streams }), nowNs: server.nowNs };
  play(server);
  play(copy);
  expect(copy.db).toEqual(server.db);
});
