/**
 * Going to any instant of a minute at 10,000 messages a second, as the worker does it: in slices, with the checkpoints
 * that the run has left on its way.
 */
import * as engine from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { tenThousandASecond } from './ten-thousand.ts';
import { inTurns, median, short, timesAsFast } from './turns.ts';

type Timeline = engine.Timeline<engine.Run>;

const LENGTH_MS = { smoke: 200, full: 60_000 };
const SEEKS = { smoke: 2, full: 15 };
const NEAR_MAX_MS = 100;
const ANYWHERE_MAX_MS = 500;
/** What a worker simulates between two looks at its messages. */
const STRIDE_NS = engine.fromMs(20);
const SLICE_EVENTS = 4096;

/** From 0 to the end, leaving checkpoints on the way. */
function play(endNs: number, limits: { readonly bytesMax?: number } = {}): Timeline {
  const timeline = engine.createTimeline(engine, tenThousandASecond(), { limits });
  for (let ns = 0; ns < endNs; ns += STRIDE_NS) engine.advance(timeline, ns + STRIDE_NS);
  return timeline;
}

function seekTo(timeline: Timeline, ns: number): void {
  engine.jump(timeline, ns);
  while (engine.advance(timeline, ns, SLICE_EVENTS) === 'limit');
}

function stepBack(timeline: Timeline): void {
  const events = engine.eventsBeforeLast(timeline);
  engine.jumpToEvent(timeline, events);
  while (engine.advanceToEvent(timeline, events, SLICE_EVENTS) === 'limit');
}

/** A stretch between two checkpoints, or before the first. */
interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  readonly events: number;
}

function stretchesOf({ checkpoints }: Timeline, endNs: number): readonly Stretch[] {
  const points = [{ timeNs: 0, events: 0 }, ...checkpoints.rows];
  const stretches = points.slice(1).map(({ timeNs, events }, i) => ({
    fromNs: points[i]!.timeNs,
    toNs: timeNs,
    events: events - points[i]!.events,
  }));
  return stretches.length > 0 ? stretches : [{ fromNs: 0, toNs: endNs, events: 0 }];
}

/** Wall milliseconds of each of the visits, always from the end of the run, which is not counted. */
function times(timeline: Timeline, endNs: number, visits: readonly (() => void)[]): readonly number[] {
  return visits.map((visit) => {
    seekTo(timeline, endNs);
    const startMs = performance.now();
    visit();
    return performance.now() - startMs;
  });
}

function latency(what: string, ms: readonly number[], mostMs: number): Finding {
  const [typical, longest] = [median(ms), Math.max(...ms)];
  return {
    what,
    figure: `${typical.toFixed(1)} ms, the longest of ${ms.length} ${longest.toFixed(0)} ms`,
    reference: '',
    ratio: null,
    goal: `at most ${mostMs} ms`,
    met: typical <= mostMs,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(0)} MB`;
}

/** What checkpoints cost the run that leaves them. */
function cost(extent: Extent, endNs: number): Finding {
  const minute = (limits: { readonly bytesMax?: number }) => () => engine.report(play(endNs, limits).run).messages;
  const { kept, none } = inTurns(extent, {
    kept: { name: 'a minute with checkpoints', run: minute({}) },
    none: { name: 'a minute without', run: minute({ bytesMax: 0 }) },
  });
  return {
    what: 'a minute at 10,000 messages a second, leaving checkpoints',
    figure: `${short(kept.perSecond)} messages/s`,
    reference: `without checkpoints: ${short(none.perSecond)} messages/s`,
    ratio: timesAsFast(kept, none),
    goal: '',
    met: null,
  };
}

function run(extent: Extent): readonly Finding[] {
  const endNs = engine.fromMs(sizeFor(extent, LENGTH_MS));
  const seeks = sizeFor(extent, SEEKS);
  const timeline = play(endNs);
  const { rows, bytes, limits } = timeline.checkpoints;
  const stretches = stretchesOf(timeline, endNs).toSorted((a, b) => b.events - a.events);
  const held: Finding = {
    what: 'checkpoints of the minute',
    figure: `${rows.length} in ${megabytes(bytes)}, at most ${stretches[0]!.events} events apart`,
    reference: '',
    ratio: null,
    goal: `at most ${megabytes(limits.bytesMax)}`,
    met: bytes <= limits.bytesMax,
  };
  const of = (instant: (stretch: Stretch) => number) =>
    Array.from({ length: seeks }, (_, i) => () => seekTo(timeline, instant(stretches[i % stretches.length]!)));
  // The first seek has the compiler look at everything once more; a person waits for it all the same, so it counts.
  const near = times(
    timeline,
    endNs,
    of(({ fromNs }) => fromNs + 1000),
  );
  const worst = times(
    timeline,
    endNs,
    of(({ toNs }) => toNs - 1),
  );
  seekTo(timeline, endNs);
  const steps = Array.from({ length: seeks }, () => {
    const startMs = performance.now();
    stepBack(timeline);
    return performance.now() - startMs;
  });
  return [
    held,
    latency('seek, just behind a checkpoint', near, NEAR_MAX_MS),
    latency('seek, just before the next one', worst, ANYWHERE_MAX_MS),
    latency('step back one event', steps, NEAR_MAX_MS),
    cost(extent, endNs),
  ];
}

export const bench: Bench = {
  about: 'Seeking in a minute at 10,000 messages a second, near a checkpoint and as far from one as can be.',
  run,
};
