/**
 * Going to any instant of a minute at 10,000 messages a second, from its end, as the worker does it: in slices, with what
 * checkpoints the run has left on its way.
 *
 * Near: just behind a checkpoint. Worst: just before the next one, where checkpoints lie furthest apart. The other two say
 * what the checkpoints cost: the minute with them and without.
 */
import * as engine from '../workers/engine/engine.ts';
import type { Bench } from './bench.ts';
import { MINUTE_MS, tenThousandASecond } from './ten-thousand.ts';

type Timeline = engine.Timeline<engine.Run>;

const END_NS = engine.fromMs(MINUTE_MS);
/** What a worker simulates between two looks at its messages, at least. */
const STRIDE_NS = engine.fromMs(20);
const SLICE_EVENTS = 4096;

function minute(limits: { bytesMax?: number } = {}): Timeline {
  const timeline = engine.createTimeline(engine, tenThousandASecond(), { limits });
  for (let ns = 0; ns < END_NS; ns += STRIDE_NS) engine.advance(timeline, ns + STRIDE_NS);
  return timeline;
}

let timeline: Timeline | undefined;
/** The checkpoints that the minute left behind, before any seek added some. */
let kept: readonly { timeNs: number; events: number }[] = [];

function played(): Timeline {
  if (timeline !== undefined) return timeline;
  timeline = minute();
  const { rows, bytes } = timeline.checkpoints;
  kept = [{ timeNs: 0, events: 0 }, ...rows.map(({ timeNs, events }) => ({ timeNs, events }))];
  const gaps = kept.slice(1).map(({ events }, i) => events - kept[i]!.events);
  console.error(
    `${rows.length} checkpoints in ${(bytes / 2 ** 20).toFixed(0)} MB of at most ` +
      `${(timeline.checkpoints.limits.bytesMax / 2 ** 20).toFixed(0)} MB; ${engine.eventCount(timeline.run)} events, ` +
      `at most ${Math.max(...gaps)} between two of them.`,
  );
  return timeline;
}

function seekTo(ns: number): void {
  const run = played();
  engine.jump(run, ns);
  while (engine.advance(run, ns, SLICE_EVENTS) === 'limit');
}

function bench(name: string, nextNs: () => number): Bench {
  return {
    name,
    unit: 'seeks',
    run() {
      played();
      seekTo(nextNs());
      return 1;
    },
  };
}

/** So many of the widest stretches between two checkpoints are visited, the latest first, so that none is at hand already. */
const WIDEST = 5;
let turn = 0;

export const benches: readonly Bench[] = [
  { name: 'the minute, no checkpoints', unit: 'messages', run: () => messagesOf(minute({ bytesMax: 0 })) },
  { name: 'the minute, with checkpoints', unit: 'messages', run: () => messagesOf(minute()) },
  bench('seek near a checkpoint', () => {
    const behind = kept.slice(1).toReversed();
    return behind[turn++ % behind.length]!.timeNs + 1000;
  }),
  bench('seek to the worst instants', () => {
    const stretches = kept.slice(1).map(({ events, timeNs }, i) => ({ events: events - kept[i]!.events, timeNs }));
    const widest = stretches.toSorted((a, b) => b.events - a.events).slice(0, WIDEST);
    return widest.toSorted((a, b) => b.timeNs - a.timeNs)[turn++ % WIDEST]!.timeNs - 1;
  }),
  {
    name: 'step back one event',
    unit: 'steps',
    run() {
      const run = played();
      const events = engine.eventsBeforeLast(run);
      engine.jumpToEvent(run, events);
      while (engine.advanceToEvent(run, events, SLICE_EVENTS) === 'limit');
      return 1;
    },
  },
];

function messagesOf({ run }: Timeline): number {
  return engine.report(run).messages;
}
