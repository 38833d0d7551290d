import { expect, it } from 'vitest';
import { createEventQueue, pop, schedule, type EventQueue } from './event-queue.ts';
import { eventOf } from './event-slots.ts';
import { createRandomStreams, nextUnit, openStream } from './random.ts';

const streams = createRandomStreams();
const stream = openStream(streams, 7, 'calendar');

/** Takes out one event and schedules `more` later ones; fails unless events come in the order of (time, sequence). */
function holds(queue: EventQueue, times: number, more: number, delayNs: () => number): void {
  for (let i = 0; i < times; i += 1) {
    const beforeNs = queue.lastTimeNs;
    const slot = pop(queue);
    if (slot < 0) return;
    const sequence = eventOf(queue.slots, slot).a;
    // Of those at one instant who was scheduled first comes first.
    if (queue.lastTimeNs < beforeNs || (queue.lastTimeNs === beforeNs && sequence < latest))
      expect.fail(`${queue.lastTimeNs}/${sequence} after ${beforeNs}/${latest}`);
    latest = sequence;
    for (let n = 0; n < more; n += 1) put(queue, delayNs());
  }
}
let latest = -1;
let scheduled = 0;

function put(queue: EventQueue, delayNs: number): void {
  schedule(queue, queue.lastTimeNs + delayNs, 0, 0, 0, scheduled, 0);
  scheduled += 1;
}

it.each([
  ['few', 3],
  ['hundreds', 300],
  ['thousands', 5000],
])(
  'keeps the order with %s pending when events come a thousand times as densely, and as sparsely again',
  (_, pending) => {
    const queue = createEventQueue();
    latest = -1;
    for (let i = 0; i < pending; i += 1) put(queue, 1 + Math.floor(1e9 * nextUnit(streams, stream)));
    for (const meanNs of [1e9, 1e6, 1e3, 10, 1e6, 1e11, 1e3])
      holds(queue, 5000, 1, () => 1 + Math.floor(2 * meanNs * nextUnit(streams, stream)));
    expect(queue.size).toBe(pending);
    holds(queue, Infinity, 0, () => 0);
    expect(queue.size).toBe(0);
  },
);

it('keeps the order when many more events than lie sorted are due at one instant, and while it works them off', () => {
  const queue = createEventQueue();
  latest = -1;
  for (let wave = 0; wave < 4; wave += 1) {
    for (let i = 0; i < 1000; i += 1) put(queue, 1000);
    for (let i = 0; i < 200; i += 1) put(queue, 990 + (i % 20));
    holds(queue, 700, 1, () => Math.floor(3 * nextUnit(streams, stream)));
  }
  holds(queue, Infinity, 0, () => 0);
  expect(queue.size).toBe(0);
});

it('goes on after a silence far longer than the calendar reaches', () => {
  const queue = createEventQueue();
  latest = -1;
  for (const delayNs of [1, 1e15, 3, 1e12, 1e4]) {
    for (let i = 0; i < 100; i += 1) put(queue, delayNs + i);
    holds(queue, Infinity, 0, () => 0);
  }
  expect(queue.size).toBe(0);
});
