/** A cluster of 30 brokers with 1,000 partitions and 50 groups: how soon it is there, how fast it runs, and what a frame costs. */
import * as engine from '../workers/engine/engine.ts';
import { layoutOf } from '../workers/host/layout.ts';
import { packFrame } from '../workers/host/pack.ts';
import { createPacker } from '../workers/host/pack-news.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { scenarioOf } from './scenario.ts';
import { thirtyBrokers } from './thirty-brokers.ts';
import { median } from './turns.ts';

const RUN_MS = { smoke: 20, full: 20_000 };
const ROUNDS = { smoke: 1, full: 5 };
const LOAD_MAX_MS = 1000;
const HEAD = { horizonNs: 0, status: 1, speed: 1, journalApplied: 0 };

/** Wall milliseconds from the document to a run, its layout and its first frame. */
function load(): number {
  const startMs = performance.now();
  const loaded = engine.createRun(scenarioOf(structuredClone(thirtyBrokers)));
  packFrame(loaded, createPacker(), layoutOf(loaded, 1), HEAD);
  return performance.now() - startMs;
}

function times(count: number, measure: () => number): readonly number[] {
  return Array.from({ length: count }, measure);
}

function run(extent: Extent): readonly Finding[] {
  const rounds = sizeFor(extent, ROUNDS);
  const loadMs = median(times(rounds, load));
  const lengthMs = sizeFor(extent, RUN_MS);
  const played = engine.createRun(thirtyBrokers);
  const startMs = performance.now();
  engine.runUntil(played, engine.fromMs(lengthMs));
  const wallMs = performance.now() - startMs;
  const layout = layoutOf(played, 1);
  const packer = createPacker();
  let spent: ArrayBuffer | null = null;
  const frameMs = median(
    times(20 * rounds, () => {
      const frameStartMs = performance.now();
      spent = packFrame(played, packer, layout, HEAD, spent);
      return performance.now() - frameStartMs;
    }),
  );
  const speed = lengthMs / wallMs;
  const plain = { reference: '', ratio: null };
  return [
    {
      what: 'a cluster of 30 brokers: from the document to its first frame',
      figure: `${loadMs.toFixed(0)} ms`,
      ...plain,
      goal: `at most ${LOAD_MAX_MS} ms`,
      met: loadMs <= LOAD_MAX_MS,
    },
    {
      what: `30 brokers: ${lengthMs / 1000} s, in which one dies and comes back`,
      figure: `${speed.toFixed(1)} times real time, ${((played.events / wallMs) * 1000).toFixed(0)} events/s`,
      ...plain,
      goal: 'at least real time',
      met: speed >= 1,
    },
    { what: '30 brokers: packing a frame', figure: `${frameMs.toFixed(2)} ms`, ...plain, goal: '', met: null },
  ];
}

export const bench: Bench = {
  about: '30 brokers, 1,000 partitions with three replicas, 50 groups: loading, running, framing.',
  run,
};
