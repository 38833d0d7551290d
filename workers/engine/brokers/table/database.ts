/**
 * A database whose table serves as a queue: rows, sessions with their transactions, the cores that statements run on, the log
 * that commits are flushed to, and what is left behind by rows that are no more.
 *
 * Nothing in here knows of a run: messages are the caller's numbers, sessions stand for connections of clients, times are
 * nanoseconds. A statement is begun by one of the functions of `statements.ts`; what is due is done by `sessionDue` and
 * `flushDue`. Whoever calls reads what came of it from `timers` and `answered`, and empties them.
 */
import type { Sampler } from '../../core/distributions.ts';
import { createRowTable, type RowTable } from './rows.ts';

export interface DatabaseSettings {
  /** Time on a core of a statement until it has found its rows. */
  read: Sampler;
  /** Time on a core to write a row, mean in whole nanoseconds. */
  writeNs: number;
  /** Time that the log takes to be flushed; what waits meanwhile is flushed together. */
  commit: Sampler;
  cores: number;
  connections: number;
  /** What a search pays for every row version behind it, nanoseconds, not whole. */
  perDeadRowNs: number;
  /** The same for those that an older transaction keeps from being passed over. */
  perPinnedRowNs: number;
  /** The same for rows that are done and kept. */
  perKeptRowNs: number;
  /** Autovacuum looks for dead rows so often; 0 for never. */
  vacuumEveryNs: number;
}

/** What a session is doing. */
export const PHASE = {
  idle: 0,
  /** All connections are taken. */
  connecting: 1,
  running: 2,
  /** Another transaction has a row locked that it needs. */
  locking: 3,
  /** The lock is gone: it looks at the row again. */
  rechecking: 4,
  writing: 5,
  /** Its commit waits for the log. */
  flushing: 6,
  /** Its client does the rest of the transaction, and commits then. */
  holding: 7,
} as const;

export const STATEMENT = {
  none: 0,
  insert: 1,
  claim: 2,
  finish: 3,
  giveBack: 4,
  reap: 5,
  cleanUp: 6,
  commit: 7,
} as const;

/** In `timers`, beside sessions: what is due at `flushDueNs` and at `vacuumDueNs`. */
export const TIMER = { log: -1, vacuum: -2 } as const;

/** `none`: reads without locks; `rowLock`: FOR UPDATE; `skipLocked`: FOR UPDATE SKIP LOCKED. */
export const LOCKING = { none: 0, rowLock: 1, skipLocked: 2 } as const;

/** What the commit does to the rows that a session has in hand. */
export const OUTCOME = {
  /** Nothing: they are as they were. */
  nothing: 0,
  claim: 1,
  remove: 2,
  /** Done and kept. */
  mark: 3,
  giveBack: 4,
} as const;

export interface Session {
  open: boolean;
  /** Its client is gone; what the server has begun it ends, and then it closes. */
  abandoned: boolean;
  phase: number;
  statement: number;
  /** When what it is doing ends; Infinity while it waits for others. */
  dueNs: number;
  connected: boolean;
  inTransaction: boolean;
  /** The statement commits by itself. */
  commits: boolean;
  waitingSinceNs: number;
  /** The statement sees what was committed by then. */
  snapshotNs: number;
  locking: number;
  batch: number;
  /** A claim finds rows with larger ids only; 0 for all. */
  afterId: number;
  /** Largest id that the last claim found; 0 for none. */
  reached: number;
  outcome: number;
  /** Of a claim. */
  leaseNs: number;
  /** Of a row that is given back: how long polls do not find it. */
  delayNs: number;
  /** A row that is given back after so many attempts has failed for good; 0 for no limit. */
  attemptsMax: number;
  /** To be inserted; -1 for nothing, or as soon as it is. */
  message: number;
  /** Not, if the table has a row of it. */
  unique: boolean;
  /** How long its client goes on before it commits, nanoseconds. */
  holdNs: number;
  /** Of the rows in hand those that are given back where the others are done, by slot. */
  failed: number[];
  /** Rows in hand, by slot and id side by side, in the order of ids. */
  slots: number[];
  ids: number[];
  /** A claim that has not got all of its rows yet. */
  searching: boolean;
  /** How many rows in hand it has locked to write them. */
  through: number;
  /** Rows inserted in its transaction. */
  inserted: number[];
  /** The row whose lock it waits for. */
  waitSlot: number;
  waitId: number;
  /** Messages of the rows that the last statement found. */
  result: number[];
  /** Rows that the last statement wrote. */
  written: number;
  /** Kept rows that its clean-up deletes. */
  swept: number;
  /** Row versions that had died when its transaction began. */
  deathsBefore: number;
  /** Transactions in the order in which they began; -1 at the ends. */
  older: number;
  younger: number;
}

interface Counts {
  statements: number;
  /** Claims that found nothing. */
  idlePolls: number;
  polls: number;
  commits: number;
  lockWaits: number;
  lockWaitNs: number;
  connectionWaits: number;
  connectionWaitNs: number;
  vacuums: number;
  /** Rows found by claims, and how long they had been there to be found, summed up. */
  taken: number;
  delayNs: number;
}

export interface Database {
  settings: DatabaseSettings;
  /** Stream of the random numbers that times are drawn from. */
  stream: number;
  /** Multiplies times on cores and in the log; 1 is healthy. */
  slowFactor: number;
  rows: RowTable;
  /** Rows done and kept, and rows that failed for good. */
  kept: number;
  failed: number;
  /** Rows that were passed over, and the id up to which those that nobody has locked are: 0 for none. */
  passed: number;
  passedTo: number;
  /** Kept rows that clean-ups under way delete. */
  sweeping: number;
  /** Row versions that have died so far, and those of them that still lie in the table. */
  deaths: number;
  dead: number;
  sessions: Session[];
  /** Sessions that may be opened again. */
  closed: number[];
  connected: number;
  /** Sessions that wait for a connection, from the first on at `connectHead`. */
  connectQueue: number[];
  connectHead: number;
  /** Sessions that wait for a row lock, in order. */
  lockQueue: number[];
  /** When each core is free. */
  coreFreeNs: number[];
  /** Time on cores handed out so far. */
  busyNs: number;
  /** Sessions whose commits the log is writing, and those that come next. */
  flushing: number[];
  flushNext: number[];
  /** When the log has written; Infinity while it rests. */
  flushDueNs: number;
  /** When autovacuum looks next; Infinity for never. */
  vacuumDueNs: number;
  /** First and last of the open transactions. */
  oldest: number;
  youngest: number;
  counts: Counts;
  /** Out: sessions that are due at their `dueNs`, or one of `TIMER`. */
  timers: number[];
  /** Out: sessions whose statement has ended. */
  answered: number[];
  /** Out: slots of rows whose insert is committed, and messages whose insert will never be. */
  inserted: number[];
  undone: number[];
  /** Out: messages whose row is done, and messages whose row failed for good. */
  done: number[];
  spent: number[];
  /** Out: messages whose row was passed over. */
  missed: number[];
}

export function createDatabase(settings: DatabaseSettings, stream: number): Database {
  return {
    settings,
    stream,
    slowFactor: 1,
    rows: createRowTable(),
    kept: 0,
    failed: 0,
    passed: 0,
    passedTo: 0,
    sweeping: 0,
    deaths: 0,
    dead: 0,
    sessions: [],
    closed: [],
    connected: 0,
    connectQueue: [],
    connectHead: 0,
    lockQueue: [],
    coreFreeNs: Array.from({ length: settings.cores }, () => 0),
    busyNs: 0,
    flushing: [],
    flushNext: [],
    flushDueNs: Infinity,
    vacuumDueNs: settings.vacuumEveryNs > 0 ? settings.vacuumEveryNs : Infinity,
    oldest: -1,
    youngest: -1,
    counts: {
      statements: 0,
      idlePolls: 0,
      polls: 0,
      commits: 0,
      lockWaits: 0,
      lockWaitNs: 0,
      connectionWaits: 0,
      connectionWaitNs: 0,
      vacuums: 0,
      taken: 0,
      delayNs: 0,
    },
    timers: settings.vacuumEveryNs > 0 ? [TIMER.vacuum] : [],
    answered: [],
    inserted: [],
    undone: [],
    done: [],
    spent: [],
    missed: [],
  };
}

/** A client's session; it takes a connection when its first statement begins. Returns its number. */
export function openSession(db: Database): number {
  const again = db.closed.pop();
  const index = again ?? db.sessions.length;
  if (again === undefined) db.sessions.push(newSession());
  const session = db.sessions[index]!;
  session.open = true;
  session.abandoned = false;
  return index;
}

function newSession(): Session {
  return {
    open: true,
    abandoned: false,
    phase: PHASE.idle,
    statement: STATEMENT.none,
    dueNs: Infinity,
    connected: false,
    inTransaction: false,
    commits: true,
    waitingSinceNs: 0,
    snapshotNs: 0,
    locking: LOCKING.none,
    batch: 0,
    afterId: 0,
    reached: 0,
    outcome: OUTCOME.nothing,
    leaseNs: Infinity,
    delayNs: 0,
    attemptsMax: 0,
    message: -1,
    unique: false,
    holdNs: 0,
    failed: [],
    slots: [],
    ids: [],
    searching: false,
    through: 0,
    inserted: [],
    waitSlot: -1,
    waitId: 0,
    result: [],
    written: 0,
    swept: 0,
    deathsBefore: 0,
    older: -1,
    younger: -1,
  };
}

/** Time that cores have worked up to now. */
export function busyUntilNs(db: Database, nowNs: number): number {
  let ahead = 0;
  for (const free of db.coreFreeNs) if (free > nowNs) ahead += free - nowNs;
  return Math.max(0, db.busyNs - ahead);
}
