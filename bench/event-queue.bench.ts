/**
 * The hold model (pop the earliest event, schedule one later) on the engine's event queue and on the heap of objects that
 * one would write first, with the same total order.
 */
import { createEventQueue, pop, schedule } from '../workers/engine/core/event-queue.ts';
import { eventOf } from '../workers/engine/core/event-slots.ts';
import { createRandomStreams, openStream } from '../workers/engine/core/random.ts';
import { nextExponential } from '../workers/engine/core/ziggurat.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { inTurns, short, timesAsFast, type Contestant } from './turns.ts';

const PENDING = [10, 100, 1000, 10_000, 100_000];
const HOLDS = { smoke: 100, full: 1_000_000 };

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

function engineQueue(pending: number, holds: number): Contestant {
  const queue = createEventQueue();
  for (let i = 0; i < pending; i++) schedule(queue, delay(i), i & 3, i, 0, 0, 0);
  return {
    name: `event queue, ${pending} pending`,
    run() {
      for (let i = 0; i < holds; i++) {
        const slot = pop(queue);
        schedule(queue, queue.lastTimeNs + delay(i), i & 3, eventOf(queue.slots, slot).target, 0, 0, 0);
      }
      return holds;
    },
  };
}

function objectHeap(pending: number, holds: number): Contestant {
  const heap: Naive[] = [];
  let sequence = 0;
  for (let i = 0; i < pending; i++)
    pushNaive(heap, { timeNs: delay(i), priority: i & 3, sequence: sequence++, target: i });
  return {
    name: `heap of objects, ${pending} pending`,
    run() {
      for (let i = 0; i < holds; i++) {
        const { timeNs, target } = popNaive(heap);
        pushNaive(heap, { timeNs: timeNs + delay(i), priority: i & 3, sequence: sequence++, target });
      }
      return holds;
    },
  };
}

function measure(extent: Extent, pending: number): Finding {
  const holds = sizeFor(extent, HOLDS);
  const { ours, theirs } = inTurns(extent, {
    ours: engineQueue(pending, holds),
    theirs: objectHeap(pending, holds),
  });
  return {
    what: `event queue, hold model, ${pending} pending`,
    figure: `${short(ours.perSecond)} holds/s`,
    reference: `heap of objects: ${short(theirs.perSecond)} holds/s`,
    ratio: timesAsFast(ours, theirs),
    goal: '',
    met: null,
  };
}

export const bench: Bench = {
  about: 'Pop the earliest event and schedule one later, on the event queue and on a heap of objects.',
  run: (extent) => PENDING.map((pending) => measure(extent, pending)),
};
