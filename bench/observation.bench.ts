import { createRun, fromMs, runUntil, watchFlights } from '../workers/engine/engine.ts';
import { layoutOf } from '../workers/host/layout.ts';
import { createPacker } from '../workers/host/pack-news.ts';
import { packFrame } from '../workers/host/pack.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { lanesDocument } from './lanes.ts';
import { logPathDocument, VARIANTS } from './log-path/scenario.ts';
import { scenarioOf } from './scenario.ts';
import { goOn, steady } from './steady.ts';
import { inTurns, median, timesAsFast } from './turns.ts';

const RATE = 500_000;
const TURN_MS = { smoke: 5, full: 200 };
const COST_MAX = 0.1;

/** The log path with nobody watching, and with every flight noted. Hops are always noted: they are in both. */
function traces(extent: Extent): Finding {
  const begun = (watched: boolean) => {
    const run = createRun(scenarioOf(logPathDocument(VARIANTS[0]!, RATE, 1)));
    if (watched) watchFlights(run);
    runUntil(run, fromMs(sizeFor(extent, { smoke: 5, full: 250 })));
    return run;
  };
  const turnMs = sizeFor(extent, TURN_MS);
  const { watched, alone } = inTurns(extent, {
    watched: steady('flights watched', begun(true), turnMs),
    alone: steady('nobody watches', begun(false), turnMs),
  });
  const ratio = timesAsFast(alone, watched);
  return {
    what: 'cost of a message while flights are watched',
    figure: `${watched.nsPerUnit.toFixed(0)} ns`,
    reference: `unwatched: ${alone.nsPerUnit.toFixed(0)} ns`,
    ratio,
    goal: `below ${1 + COST_MAX}`,
    met: ratio < 1 + COST_MAX,
  };
}

const NODES = 300;
const FRAME_MS = 1000 / 60;
const FRAMES = { smoke: 3, full: 600 };
const PACK_MAX_MS = 0.5;

/** Frames of a running scenario, each into the memory of the one before, as the worker does it. */
function packing(extent: Extent): Finding {
  const run = createRun(scenarioOf(lanesDocument(NODES, 1)));
  watchFlights(run);
  runUntil(run, fromMs(sizeFor(extent, { smoke: 5, full: 2000 })));
  const layout = layoutOf(run, 1);
  const packer = createPacker();
  const head = { horizonNs: 0, status: 0, speed: 1, journalApplied: 0 };
  const tookMs: number[] = [];
  let spent: ArrayBuffer | null = null;
  for (let frame = 0; frame < sizeFor(extent, FRAMES); frame += 1) {
    goOn(run, FRAME_MS);
    const startMs = performance.now();
    spent = packFrame(run, packer, layout, head, spent);
    tookMs.push(performance.now() - startMs);
  }
  // The first third is for the compiler.
  const settled = tookMs.slice(tookMs.length / 3).toSorted((a, b) => a - b);
  const p99 = settled[Math.floor(settled.length * 0.99)]!;
  const middle = median(settled);
  return {
    what: `packing a frame of ${NODES} nodes`,
    figure: `${middle.toFixed(3)} ms, 99 % below ${p99.toFixed(3)} ms`,
    reference: '',
    ratio: null,
    goal: `below ${PACK_MAX_MS} ms`,
    met: middle < PACK_MAX_MS,
  };
}

export const bench: Bench = {
  about: 'What watching costs: flights noted beside a run that nobody watches, and packing frames.',
  run: (extent) => [traces(extent), packing(extent)],
};
