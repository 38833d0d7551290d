/** Messages whose broker finds out to whom they are owed: what routing, dead letters and coming back do to the accounts. */
import { expect, test } from 'vitest';
import { createRun, report, type Run } from '../engine.ts';
import { scenario } from '../testing/scenario-builder.ts';
import { owedOf } from './accounts.ts';
import { addChance, applyEffect, attempt, deliver, dropChance, letGo, oweTo, oweToNobody, resolve } from './ledger.ts';
import { NO_KEY, STATUS_ACKNOWLEDGED, STATUS_REFUSED, TAKEN } from './messages.ts';
import { createSubscription, type SubscriptionState } from './subscription.ts';

/** A run with a source and queues of no log. */
function queues(count: number): { run: Run; subscriptions: SubscriptionState[] } {
  // The source's edge leads to a topic that nobody reads: what matters is what the ledger is told.
  const run = createRun(scenario().producer('p', { limit: 1 }).topic('t').publish('p', 't').build());
  const subscriptions = Array.from({ length: count }, (_, queue) => {
    const subscription = { ...createSubscription('amqp', queue, queue, `q${queue}`), active: true };
    run.subscriptions.push(subscription);
    return subscription;
  });
  return { run, subscriptions };
}

function publish(run: Run, room: number): number {
  const row = attempt(run, run.sources[0]!, 0, 0, NO_KEY, 100, -1, run.messages.shelf, room);
  oweToNobody(run, row);
  return row;
}

/** Into a queue: owed, and a copy that may be applied. */
function enqueue(run: Run, row: number, queue: number): number {
  const slot = oweTo(run, row, queue);
  addChance(run, row, slot);
  return slot;
}

test('[LG23] a message is owed to the queues that it was routed to, whatever room was left for them', () => {
  const { run, subscriptions } = queues(4);
  const row = publish(run, 1);
  const slots = [3, 0, 2].map((queue) => enqueue(run, row, queue));
  expect(new Set(slots).size).toBe(3);
  expect(oweTo(run, row, 0)).toBe(slots[1]);
  // The source does not know yet, so nothing is in the accounts.
  expect(subscriptions.map(({ ledger }) => owedOf(ledger))).toEqual([0, 0, 0, 0]);
  resolve(run, row, STATUS_ACKNOWLEDGED);
  letGo(run, row);
  expect(subscriptions.map(({ ledger }) => owedOf(ledger))).toEqual([1, 0, 1, 1]);
  for (const [place, queue] of [3, 0, 2].entries()) {
    deliver(run, row, slots[place]!, subscriptions[queue]!);
    applyEffect(run, row, slots[place]!, subscriptions[queue]!, false);
    expect(run.messages.live).toBe(1);
    dropChance(run, row, slots[place]!);
  }
  expect(run.messages.live).toBe(0);
  expect(subscriptions.map(({ ledger }) => ledger.applied)).toEqual([1, 0, 1, 1]);
});

test('what is routed after its source knows is owed at once', () => {
  const { run, subscriptions } = queues(1);
  const row = publish(run, 0);
  resolve(run, row, STATUS_ACKNOWLEDGED);
  enqueue(run, row, 0);
  expect(subscriptions[0]!.ledger).toMatchObject({ inFlight: 1, unseen: 1 });
});

test('[LG24] a dead letter leaves one queue for another, and is owed again if it comes back', () => {
  const { run, subscriptions } = queues(2);
  const [work, dead] = subscriptions;
  const row = publish(run, 1);
  const slot = enqueue(run, row, 0);
  resolve(run, row, STATUS_ACKNOWLEDGED);
  letGo(run, row);
  const second = enqueue(run, row, 1);
  dropChance(run, row, slot, TAKEN.byDeadLetter);
  expect(work!.ledger).toMatchObject({ inFlight: 0, deadLettered: 1 });
  expect(dead!.ledger.inFlight).toBe(1);
  expect(run.subscriptions[0]!.ledger.evidence['deadLettered']).toHaveLength(1);
  // Its time in the second queue is over: back to where it came from.
  enqueue(run, row, 0);
  dropChance(run, row, second, TAKEN.byDeadLetter);
  expect(work!.ledger).toMatchObject({ inFlight: 1, deadLettered: 0 });
  deliver(run, row, slot, work!);
  applyEffect(run, row, slot, work!, false);
  dropChance(run, row, slot);
  expect(work!.ledger).toMatchObject({ inFlight: 0, applied: 1, deadLettered: 0 });
  expect(run.messages.live).toBe(0);
});

test('[LG24] what a rule takes for good says by which', () => {
  const { run, subscriptions } = queues(1);
  const taken = [
    [TAKEN.byOverflow, 'dropped', 'overflow'],
    [TAKEN.byRejection, 'dropped', 'rejected'],
    [TAKEN.byDeliveryLimit, 'dropped', 'deliveries spent'],
    [TAKEN.byRetention, 'expired', ''],
    [TAKEN.byNothing, 'lost', ''],
  ] as const;
  for (const [by] of taken) {
    const row = publish(run, 1);
    const slot = enqueue(run, row, 0);
    resolve(run, row, STATUS_ACKNOWLEDGED);
    letGo(run, row);
    dropChance(run, row, slot, by);
  }
  const { ledger, missedIds } = subscriptions[0]!;
  expect(ledger).toMatchObject({ dropped: 3, expired: 1, lost: 1, inFlight: 0, applied: 0 });
  expect(ledger.evidence['dropped']!.map(({ because }) => because)).toEqual(taken.slice(0, 3).map((row) => row[2]));
  // Nobody goes back in a queue.
  expect(missedIds).toEqual([]);
});

test('a refused message that a queue has all the same is unexpected once it is applied', () => {
  const { run, subscriptions } = queues(1);
  const row = publish(run, 1);
  const slot = enqueue(run, row, 0);
  resolve(run, row, STATUS_REFUSED, 'rejected by another queue');
  letGo(run, row);
  deliver(run, row, slot, subscriptions[0]!);
  applyEffect(run, row, slot, subscriptions[0]!, false);
  dropChance(run, row, slot);
  expect(subscriptions[0]!.ledger).toMatchObject({ unexpected: 1, applied: 0, inFlight: 0 });
  expect(owedOf(subscriptions[0]!.ledger)).toBe(0);
});

test('a queue is reported under its name, without a group', () => {
  const { nodes, ...rest } = scenario().producer('p', { limit: 1 }).topic('t').publish('p', 't').build();
  const queue = { id: 'q0', kind: 'queue', name: 'q0', position: { x: 0, y: 0 } } as const;
  const run = createRun({ ...rest, nodes: [...nodes, queue] });
  expect(report(run).subscriptions[0]).toMatchObject({
    topic: 'q0',
    group: '',
    consumers: [],
    rebalances: 0,
    replayable: 0,
  });
});
