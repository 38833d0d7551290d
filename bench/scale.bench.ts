import { createRun, fromMs, runUntil, type Run } from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { lanesDocument, LANE_RATE } from './lanes.ts';
import { logPathDocument, VARIANTS } from './log-path/scenario.ts';
import { scenarioOf } from './scenario.ts';
import { applied, goOn, steady } from './steady.ts';
import { inTurns, median, short, timesAsFast } from './turns.ts';

/** Most that a message may cost in the larger case, in units of the smaller one. */
const GOAL = 1.5;

const MESSAGES_A_TURN = { smoke: 300, full: 50_000 };
/** Until groups have formed. */
const START_MS = { smoke: 50, full: 2000 };

function byNodes(extent: Extent): Finding {
  const lanes = (nodes: number) => {
    const run = createRun(scenarioOf(lanesDocument(nodes, 1)));
    runUntil(run, fromMs(sizeFor(extent, START_MS)));
    const turnMs = (sizeFor(extent, MESSAGES_A_TURN) / (LANE_RATE * run.sources.length)) * 1000;
    return steady(`${nodes} nodes`, run, turnMs);
  };
  const { few, many } = inTurns(extent, { few: lanes(9), middle: lanes(99), many: lanes(999) });
  const ratio = timesAsFast(few, many);
  return {
    what: 'cost of a message with 1,000 nodes',
    figure: `${many.nsPerUnit.toFixed(0)} ns`,
    reference: `10 nodes: ${few.nsPerUnit.toFixed(0)} ns`,
    ratio,
    goal: `below ${GOAL}`,
    met: ratio < GOAL,
  };
}

const RATE = 200_000;
const SHORTEST = 1000;
const LONGEST = { smoke: 2000, full: 2_000_000, long: 10_000_000 };
/** Messages at the end of a run over which its cost is taken. */
const TAIL = 200_000;
const RUNS = { smoke: 1, full: 5 };

/** Nanoseconds a message from the first one on, and over the last ones of a long run. */
function costs(extent: Extent, longest: number): { readonly first: number; readonly last: number } {
  const begun = (seed: number): Run => {
    const run = createRun(scenarioOf(logPathDocument(VARIANTS[0]!, RATE, seed)));
    runUntil(run, fromMs(sizeFor(extent, { smoke: 5, full: 100 })));
    return run;
  };
  const over = (run: Run, messages: number): number => {
    const before = applied(run);
    const startMs = performance.now();
    goOn(run, (messages / RATE) * 1000);
    return ((performance.now() - startMs) * 1e6) / (applied(run) - before);
  };
  const beginnings = sizeFor(extent, { smoke: 1, full: 15 });
  const first = median(Array.from({ length: beginnings }, (_, seed) => over(begun(seed), SHORTEST)));
  const run = begun(1);
  goOn(run, ((longest - Math.min(TAIL, longest / 2)) / RATE) * 1000);
  return { first, last: over(run, Math.min(TAIL, longest / 2)) };
}

function byMessages(extent: Extent): Finding {
  const longest = sizeFor(extent, LONGEST);
  // The first run is for the compiler.
  const runs = Array.from({ length: sizeFor(extent, RUNS) + 1 }, () => costs(extent, longest)).slice(1);
  for (const { first, last } of runs) console.error(`  first ${first.toFixed(0)} ns, last ${last.toFixed(0)} ns`);
  const ratio = median(runs.map(({ first, last }) => last / first));
  return {
    what: `cost of a message at the end of ${short(longest)}`,
    figure: `${median(runs.map(({ last }) => last)).toFixed(0)} ns`,
    reference: `in a run of ${short(SHORTEST)}: ${median(runs.map(({ first }) => first)).toFixed(0)} ns`,
    ratio,
    goal: `below ${GOAL}`,
    met: ratio < GOAL,
  };
}

export const bench: Bench = {
  about: 'What a message costs in large designs and long runs, beside small and short ones.',
  run: (extent) => [byNodes(extent), byMessages(extent)],
};
