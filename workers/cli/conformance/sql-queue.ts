/**
 * The runner of recorded runs of a table used as a queue: each step is a statement of the engine's own database, which is played
 * until nothing is due any more; who has no answer then is waiting for somebody.
 */
import * as v from 'valibot';
import {
  createDatabase,
  LOCKING,
  openSession,
  OUTCOME,
  PHASE,
  type Database,
} from '../../engine/brokers/table/database.ts';
import { rowsAfter } from '../../engine/brokers/table/rows.ts';
import {
  abandonSession,
  claimRows,
  commitTransaction,
  finishRows,
  insertRow,
  layDown,
  reapRows,
  rollBackTransaction,
  takeInHand,
  takeOutOfHand,
} from '../../engine/brokers/table/statements.ts';
import { doNext, nextDueNs } from '../../engine/brokers/table/upkeep.ts';
import { compileDistribution } from '../../engine/core/distributions.ts';
import { createRandomStreams, openStream, type RandomStreams } from '../../engine/core/random.ts';
import { fromMs } from '../../engine/core/time.ts';
import { checkingOutcome, difference, notCovered, type Outcome } from './cases.ts';

const name = v.pipe(v.string(), v.minLength(1));
const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const messages = v.strictObject({ messages: v.array(v.string()) });

/** Objects are strict: what nothing is known of makes a case not covered. */
const step = v.variant('do', [
  v.strictObject({
    do: v.literal('insert'),
    body: v.optional(v.string()),
    bodies: v.optional(v.array(v.string())),
    transaction: v.optional(name),
    commit: v.optional(v.boolean(), true),
  }),
  v.strictObject({
    do: v.literal('claim'),
    consumer: name,
    inTransaction: v.optional(v.boolean(), false),
    commit: v.optional(v.boolean(), false),
    leaseMs: v.optional(ms),
    limit: v.optional(count),
    waitedMs: v.optional(ms),
    expect: v.optional(v.union([messages, v.strictObject({ answered: v.literal(false) })])),
  }),
  v.strictObject({ do: v.literal('answer'), consumer: name, expect: v.optional(messages) }),
  v.strictObject({
    do: v.literal('deleteAndCommit'),
    consumer: name,
    body: v.optional(v.string()),
    bodies: v.optional(v.array(v.string())),
  }),
  v.strictObject({ do: v.picklist(['commit', 'rollback']), transaction: v.optional(name), consumer: v.optional(name) }),
  v.strictObject({ do: v.literal('crash'), consumer: name }),
  v.strictObject({ do: v.literal('wait'), ms }),
  v.strictObject({ do: v.literal('reap'), expect: v.optional(messages) }),
  v.strictObject({ do: v.literal('pollAfterLastId'), expect: v.optional(messages) }),
  v.strictObject({ do: v.literal('inspect'), expect: v.optional(messages) }),
]);
type Step = v.InferOutput<typeof step>;
type ClaimStep = Extract<Step, { do: 'claim' }>;

/** A row that a client has claimed by status, and its message. */
interface Claimed {
  readonly slot: number;
  readonly id: number;
  readonly body: string;
}

interface Play {
  readonly db: Database;
  readonly streams: RandomStreams;
  nowNs: number;
  /** Of everybody who has said something: consumers, transactions, the reaper. */
  readonly sessions: Map<string, number>;
  readonly claimed: Map<string, Claimed[]>;
  readonly bodies: string[];
  /** FOR UPDATE without SKIP LOCKED. */
  readonly waits: boolean;
  lastId: number;
}

/** The case asks for something that the database does not do; the message says what. */
class NotPlayable extends Error {}

export const recordedTable = checkingOutcome(v.object({ steps: v.array(v.unknown()) }), ({ steps }) => {
  const read = v.safeParse(v.array(step), steps);
  if (!read.success) {
    const [issue] = read.issues;
    return notCovered(`steps.${v.getDotPath(issue) ?? ''}: ${issue.message}`);
  }
  return playAll(read.output);
});

function playAll(steps: readonly Step[]): Outcome {
  const play = createPlay(steps);
  for (const [place, one] of steps.entries()) {
    try {
      const observed = playStep(play, one);
      const expected = 'expect' in one ? one.expect : undefined;
      const reason = expected === undefined ? null : difference('it showed', observed, expected);
      if (reason !== null) return { verdict: 'fail', reason: `step ${place}, ${one.do}: ${reason}` };
    } catch (error) {
      if (!(error instanceof NotPlayable)) throw error;
      return notCovered(`step ${place}, ${one.do}: ${error.message}`);
    }
  }
  const unlimited = steps.some((one) => one.do === 'claim' && one.limit === undefined);
  return {
    verdict: 'pass',
    ...(unlimited && { note: 'claims without a recorded limit ask for as many rows as they got' }),
  };
}

/** A healthy database, on which statements take their usual time. A claim that was seen to wait is one without SKIP LOCKED. */
function createPlay(steps: readonly Step[]): Play {
  const streams = createRandomStreams();
  const settings = {
    read: compileDistribution({ type: 'constant', mean: 0.08 }),
    writeNs: 24_000,
    commit: compileDistribution({ type: 'constant', mean: 0.12 }),
    cores: 2,
    connections: 100,
    perDeadRowNs: 2,
    perPinnedRowNs: 50,
    perKeptRowNs: 50,
    vacuumEveryNs: 0,
  };
  return {
    db: createDatabase(settings, openStream(streams, 1, 'database')),
    streams,
    nowNs: 0,
    sessions: new Map(),
    claimed: new Map(),
    bodies: [],
    waits: steps.some((one) => one.do === 'claim' && one.waitedMs !== undefined),
    lastId: 0,
  };
}

function playStep(play: Play, one: Step): unknown {
  switch (one.do) {
    case 'insert':
      insert(play, one);
      return null;
    case 'claim':
      return claim(play, one);
    case 'answer':
      return answerOf(play, one.consumer);
    case 'deleteAndCommit':
      remove(play, one.consumer, one.bodies ?? (one.body === undefined ? null : [one.body]));
      return null;
    case 'commit':
    case 'rollback':
      end(play, one.do, one.transaction ?? one.consumer ?? '');
      return null;
    case 'crash':
      crash(play, one.consumer);
      return null;
    case 'wait':
      play.nowNs += fromMs(one.ms);
      return null;
    case 'reap':
      reapRows(play.db, play.streams, play.nowNs, sessionOf(play, 'the reaper'));
      return answerOf(play, 'the reaper');
    case 'pollAfterLastId':
      return pollAfterLastId(play);
    case 'inspect':
      return { messages: rowsAfter(play.db.rows, 0).map((slot) => bodyAt(play, slot)) };
    default:
      return one satisfies never;
  }
}

function insert(play: Play, { body, bodies, transaction, commit }: Extract<Step, { do: 'insert' }>): void {
  const session = sessionOf(play, transaction ?? 'the producer');
  for (const each of [...(body === undefined ? [] : [body]), ...(bodies ?? [])]) {
    play.bodies.push(each);
    insertRow(play.db, play.streams, play.nowNs, session, play.bodies.length - 1, commit);
    settle(play);
  }
}

function claim(play: Play, { consumer, inTransaction, commit, leaseMs, limit, expect }: ClaimStep): unknown {
  const session = sessionOf(play, consumer);
  const state = play.db.sessions[session]!;
  if (state.phase !== PHASE.idle) throw new NotPlayable(`"${consumer}" still waits for an answer.`);
  if (state.inTransaction) throw new NotPlayable(`"${consumer}" has a transaction open.`);
  layDown(play.db, session);
  const recorded = expect !== undefined && 'messages' in expect ? expect.messages.length : 1;
  claimRows(play.db, play.streams, play.nowNs, session, {
    locking: play.waits ? LOCKING.rowLock : LOCKING.skipLocked,
    batch: limit ?? Math.max(1, recorded),
    outcome: commit ? OUTCOME.claim : OUTCOME.nothing,
    commits: !inTransaction,
    leaseNs: leaseMs === undefined ? Infinity : fromMs(leaseMs),
    afterId: 0,
  });
  return answerOf(play, consumer);
}

/** What the client of a statement has been told, once nothing is due any more. */
function answerOf(play: Play, who: string): unknown {
  settle(play);
  const session = play.db.sessions[sessionOf(play, who)]!;
  if (session.phase !== PHASE.idle) return { answered: false };
  if (!session.inTransaction)
    session.slots.forEach((slot, place) => {
      noteClaim(play, who, { slot, id: session.ids[place]!, body: bodyAt(play, slot) });
    });
  return { messages: session.result.map((message) => play.bodies[message]!) };
}

function noteClaim({ claimed }: Play, who: string, row: Claimed): void {
  const rows = (claimed.get(who) ?? []).filter(({ id }) => id !== row.id);
  claimed.set(
    who,
    [...rows, row].sort((a, b) => a.id - b.id),
  );
}

/** Deletes the rows in hand, or those of them that are named. */
function remove(play: Play, consumer: string, bodies: readonly string[] | null): void {
  const { db } = play;
  const session = sessionOf(play, consumer);
  const state = db.sessions[session]!;
  const isNamed = (body: string): boolean => bodies === null || bodies.includes(body);
  if (state.inTransaction) {
    const others = state.slots.filter((slot) => !isNamed(bodyAt(play, slot)));
    for (const slot of others) takeOutOfHand(db, session, slot);
  } else {
    layDown(db, session);
    const rows = play.claimed.get(consumer) ?? [];
    for (const { slot, id, body } of rows) if (isNamed(body)) takeInHand(db, session, slot, id);
    play.claimed.set(
      consumer,
      rows.filter(({ body }) => !isNamed(body)),
    );
  }
  if (state.slots.length < (bodies?.length ?? 1)) throw new NotPlayable(`"${consumer}" does not hold these rows.`);
  finishRows(db, play.streams, play.nowNs, session, false);
  settle(play);
}

function end(play: Play, how: 'commit' | 'rollback', who: string): void {
  const session = sessionOf(play, who);
  if (!play.db.sessions[session]!.inTransaction) throw new NotPlayable(`"${who}" has no transaction open.`);
  (how === 'commit' ? commitTransaction : rollBackTransaction)(play.db, play.streams, play.nowNs, session);
  settle(play);
}

function crash(play: Play, consumer: string): void {
  abandonSession(play.db, play.streams, play.nowNs, sessionOf(play, consumer));
  play.sessions.delete(consumer);
  play.claimed.delete(consumer);
  settle(play);
}

function pollAfterLastId(play: Play): unknown {
  const { rows } = play.db;
  const found = rowsAfter(rows, play.lastId);
  for (const slot of found) play.lastId = rows.id[slot]!;
  return { messages: found.map((slot) => bodyAt(play, slot)) };
}

function sessionOf({ sessions, db }: Play, who: string): number {
  const known = sessions.get(who);
  if (known !== undefined) return known;
  const session = openSession(db);
  sessions.set(who, session);
  return session;
}

function bodyAt({ db, bodies }: Play, slot: number): string {
  return bodies[db.rows.message[slot]!]!;
}

/** Lets everything happen that is under way. */
function settle(play: Play): void {
  while (nextDueNs(play.db) < Infinity) play.nowNs = doNext(play.db, play.streams);
}
