/**
 * The hold model (pop the earliest event, schedule one later) on the engine's event queue and on the heap of objects that
 * one would write first, with the same total order. The ratio of the two is printed at the end: it holds on any machine,
 * the figures only on this one.
 */
import { createEventQueue, createPoppedEvent, popInto, schedule } from '../workers/engine/core/event-queue.ts';
import { createRandomStreams, openStream } from '../workers/engine/core/random.ts';
import { nextExponential } from '../workers/engine/core/ziggurat.ts';
import type { Bench } from './bench.ts';

const SIZES = [10, 100, 1000, 10_000, 100_000];
const HOLDS = 100_000;

const streams = createRandomStreams();
const stream = openStream(streams, 1, 'hold');
/** Whole nanoseconds, exponential with a mean of 10 ms; as many as a mask reaches. */
const delays = Float64Array.from({ length: 2 ** 16 }, () => Math.floor(1e7 * nextExponential(streams, stream)));
const delay = (i: number) => delays[i & 0xffff]!;

interface Naive {
  readonly timeNs: number;
  readonly priority: number;
  readonly sequence: number;
  readonly target: number;
}

const before = (x: Naive, y: Naive) =>
  x.timeNs < y.timeNs || (x.timeNs === y.timeNs && (x.priority - y.priority || x.sequence - y.sequence) < 0);

function pushNaive(heap: Naive[], event: Naive): void {
  let row = heap.length;
  heap.push(event);
  while (row > 0) {
    const parent = (row - 1) >> 1;
    if (!before(event, heap[parent]!)) break;
    heap[row] = heap[parent]!;
    row = parent;
  }
  heap[row] = event;
}

function popNaive(heap: Naive[]): Naive {
  const first = heap[0]!;
  const last = heap.pop()!;
  const size = heap.length;
  if (size === 0) return first;
  let row = 0;
  for (;;) {
    let child = 2 * row + 1;
    if (child >= size) break;
    if (child + 1 < size && before(heap[child + 1]!, heap[child]!)) child++;
    if (!before(heap[child]!, last)) break;
    heap[row] = heap[child]!;
    row = child;
  }
  heap[row] = last;
  return first;
}

/** Nanoseconds a hold, of every round, by what and how many. */
const rounds = new Map<string, number[]>();

function timed(name: string, holds: () => void): number {
  const startMs = performance.now();
  holds();
  const ns = ((performance.now() - startMs) * 1e6) / HOLDS;
  const known = rounds.get(name);
  if (known) known.push(ns);
  else rounds.set(name, [ns]);
  return HOLDS;
}

function engineQueue(size: number): Bench {
  const queue = createEventQueue();
  const popped = createPoppedEvent();
  for (let i = 0; i < size; i++) schedule(queue, delay(i), i & 3, i, 0, 0, 0);
  return {
    name: `event queue, ${size} pending`,
    unit: 'holds',
    run: () =>
      timed(`event queue ${size}`, () => {
        for (let i = 0; i < HOLDS; i++) {
          popInto(queue, popped);
          schedule(queue, popped.timeNs + delay(i), i & 3, popped.target, 0, 0, 0);
        }
      }),
  };
}

function objectHeap(size: number): Bench {
  const heap: Naive[] = [];
  let sequence = 0;
  for (let i = 0; i < size; i++)
    pushNaive(heap, { timeNs: delay(i), priority: i & 3, sequence: sequence++, target: i });
  return {
    name: `heap of objects, ${size} pending`,
    unit: 'holds',
    run: () =>
      timed(`heap of objects ${size}`, () => {
        for (let i = 0; i < HOLDS; i++) {
          const { timeNs, target } = popNaive(heap);
          pushNaive(heap, { timeNs: timeNs + delay(i), priority: i & 3, sequence: sequence++, target });
        }
      }),
  };
}

export const benches: readonly Bench[] = SIZES.flatMap((size) => [engineQueue(size), objectHeap(size)]);

function median(values: readonly number[] | undefined): number | undefined {
  return values?.toSorted((a, b) => a - b)[values.length >> 1];
}

process.once('exit', () => {
  for (const size of SIZES) {
    const ours = median(rounds.get(`event queue ${size}`));
    const theirs = median(rounds.get(`heap of objects ${size}`));
    if (ours === undefined || theirs === undefined) continue;
    console.log(`${size} pending: the event queue is ${(theirs / ours).toFixed(1)} times as fast as a heap of objects`);
  }
});
