/** What the ledger makes of what it is told of one message, call by call. */
import { expect, test } from 'vitest';
import { createRun, type Run } from '../engine.ts';
import { scenario } from '../testing/scenario-builder.ts';
import {
  addChance,
  applyEffect,
  attempt,
  deliver,
  disown,
  dropChance,
  excuse,
  letGo,
  noteWork,
  owe,
  oweTo,
  oweToNobody,
  resolve,
} from './ledger.ts';
import { NO_KEY, STATUS_ACKNOWLEDGED, STATUS_REFUSED, STATUS_UNKNOWN, type MessageStatus } from './messages.ts';
import { createSubscription, type SubscriptionState } from './subscription.ts';

interface Told {
  run: Run;
  of: SubscriptionState;
  /** A message with one copy in a queue, of which its source knows so much. */
  message(status: Exclude<MessageStatus, 0>, reason?: string): { row: number; slot: number };
}

function told(): Told {
  const run = createRun(scenario().producer('p', { limit: 1 }).topic('t').publish('p', 't').build());
  const of = { ...createSubscription('amqp', 0, 0, 'q'), active: true };
  run.subscriptions.push(of);
  return {
    run,
    of,
    message(status, reason = '') {
      const row = attempt(run, run.sources[0]!, 0, 0, NO_KEY, 100, -1, run.messages.shelf, 1);
      oweToNobody(run, row);
      const slot = oweTo(run, row, 0);
      addChance(run, row, slot);
      resolve(run, row, status, reason);
      letGo(run, row);
      return { row, slot };
    },
  };
}

function work({ run, of }: Told, { row, slot }: { row: number; slot: number }): void {
  deliver(run, row, slot, of);
  applyEffect(run, row, slot, of, false);
}

test('what a source could not know is gone, or recovered when it took effect all the same', () => {
  const it = told();
  const lost = it.message(STATUS_UNKNOWN, 'timed out');
  const applied = it.message(STATUS_UNKNOWN, 'timed out');
  it.message(STATUS_UNKNOWN);
  work(it, applied);
  dropChance(it.run, applied.row, applied.slot);
  dropChance(it.run, lost.row, lost.slot);
  expect(it.of.ledger).toMatchObject({ gone: 1, lost: 0, applied: 1, recovered: 1, inFlight: 1, unseen: 0 });
  expect(it.of.ledger.evidence['gone']).toHaveLength(1);
  const { ledger } = it.run.sources[0]!;
  expect(ledger).toMatchObject({ attempted: 3, unknown: 3, acknowledged: 0, waiting: 0 });
  expect(ledger.doubts).toEqual({ 'timed out': 2 });
});

test('a refusal is counted by its reason, and noted at its source', () => {
  const it = told();
  const { row, slot } = it.message(STATUS_REFUSED, 'queue is full');
  dropChance(it.run, row, slot);
  expect(it.run.sources[0]!.ledger.refusals).toEqual({ 'queue is full': 1 });
  expect(it.of.ledger).toMatchObject({ lost: 0, gone: 0, dropped: 0, inFlight: 0, unexpected: 0 });
  expect(it.run.anomalies.count).toBe(1);
  expect(it.run.anomalies.place[0]).toBe(-1);
});

test('a second effect is a duplicate with its evidence, and changes nothing else', () => {
  const it = told();
  const message = it.message(STATUS_ACKNOWLEDGED);
  work(it, message);
  const first = { ...it.of.ledger };
  work(it, message);
  expect(it.of.ledger).toMatchObject({ applied: 1, duplicateEffects: 1, duplicateDeliveries: 1, delivered: 2 });
  expect(it.of.latency.total).toBe(1);
  expect(it.of.wait.total).toBe(1);
  expect(it.of.ledger.outOfOrderGlobal).toBe(first.outOfOrderGlobal);
  expect(it.of.ledger.evidence['duplicateEffect']!.map(({ because }) => because)).toEqual(['']);
});

test('[LG22] work that is done again before its effect counts is repeated work', () => {
  const it = told();
  const { row, slot } = it.message(STATUS_ACKNOWLEDGED);
  noteWork(it.run, row, slot, it.of);
  expect(it.of.ledger.repeatedWork).toBe(0);
  noteWork(it.run, row, slot, it.of);
  noteWork(it.run, row, slot, it.of);
  expect(it.of.ledger).toMatchObject({ repeatedWork: 2, applied: 0 });
  expect(it.of.ledger.evidence['repeatedWork']).toHaveLength(2);
});

test('of what is stepped over nothing is owed any more, unless it had been applied', () => {
  const it = told();
  const waiting = it.message(STATUS_ACKNOWLEDGED);
  const done = it.message(STATUS_ACKNOWLEDGED);
  work(it, done);
  expect(excuse(it.run, waiting.row, waiting.slot)).toBe(true);
  expect(excuse(it.run, done.row, done.slot)).toBe(false);
  expect(it.of.ledger).toMatchObject({ skipped: 1, inFlight: 0, applied: 1, unseen: 0 });
  owe(it.run, waiting.row, waiting.slot);
  owe(it.run, done.row, done.slot);
  expect(it.of.ledger).toMatchObject({ inFlight: 1, applied: 1, unseen: 1 });
  disown(it.run, waiting.row, waiting.slot);
  dropChance(it.run, waiting.row, waiting.slot);
  expect(it.of.ledger).toMatchObject({ inFlight: 0, lost: 0 });
});

test('what applies after its subscription has gone is remembered for when it comes back', () => {
  const it = told();
  const message = it.message(STATUS_ACKNOWLEDGED);
  it.of.active = false;
  work(it, message);
  expect(it.of.appliedUnsaved).toEqual([it.run.messages.lastId]);
});

test('whoever tells the ledger something twice is stopped', () => {
  const it = told();
  const { row, slot } = it.message(STATUS_ACKNOWLEDGED);
  expect(() => resolve(it.run, row, STATUS_ACKNOWLEDGED)).toThrow('a message was resolved twice');
  expect(() => letGo(it.run, row)).toThrow('a message was let go twice');
  const held = attempt(it.run, it.run.sources[0]!, 0, 0, NO_KEY, 1, -1, it.run.messages.shelf, 1);
  oweToNobody(it.run, held);
  const other = oweTo(it.run, held, 0);
  expect(() => dropChance(it.run, held, other)).toThrow('a chance was dropped that did not exist');
  addChance(it.run, held, other);
  // In its source's hand it cannot settle, so nothing is concluded yet.
  dropChance(it.run, held, other);
  expect(() => letGo(it.run, held)).toThrow('a message settled before its source knew');
  dropChance(it.run, row, slot);
});
