import { describe, expect, test } from 'vitest';
import { applyChange, createRun, runUntil, snapshot, type Run } from '../engine/engine.ts';
import type { DesignChange, Scenario } from '../scenario/document.ts';
import { examples } from '../scenario/examples/index.ts';
import { HEADER } from '../protocol/frame.ts';
import { layoutOf } from './layout.ts';
import { packFrame } from './pack.ts';
import { createPacker } from './pack-news.ts';

const HEAD = { horizonNs: 0, status: 1, speed: 1, journalApplied: 0 };
const FRAME_NS = 50e6;
const FRAMES = 200;

/** Packs frames of one run after another, and compares each with that of a packer that has kept nothing. */
function keeper() {
  const keeping = createPacker();
  let shown: Run | null = null;
  let described = 0;
  let layout = layoutOf(createRun(scenario), 1);
  return (run: Run): void => {
    if (run !== shown || run.layoutVersion !== described) layout = layoutOf(run, 1);
    shown = run;
    described = run.layoutVersion;
    const kept = packFrame(run, keeping, layout, HEAD);
    // A new packer has sent no flights and no anomalies either: gauges are compared, news is not.
    const anew = packFrame(run, { ...createPacker(), anomalies: keeping.anomalies }, layout, HEAD);
    const gauges = (buffer: ArrayBuffer) => new Float64Array(buffer).subarray(HEADER.size, layout.length);
    expect(gauges(kept)).toEqual(gauges(anew));
  };
}

const position = { x: 0, y: 0 };
const scenario: Scenario = {
  format: 'sluice/1',
  title: 'A short log',
  notes: '',
  seed: 5,
  nodes: [
    { id: 'p', kind: 'producer', name: 'p', position, arrivals: { type: 'poisson', ratePerSecond: 200 } },
    // Segments begin and go within the records that are shown.
    { id: 't', kind: 'topic', name: 't', position, retentionMs: 300, segmentMs: 100, retentionCheckIntervalMs: 50 },
    { id: 'c', kind: 'consumer', name: 'c', position, workMs: { type: 'constant', mean: 1 } },
  ],
  edges: [
    { id: 'pt', kind: 'publish', from: 'p', to: 't' },
    { id: 'tc', kind: 'subscribe', from: 't', to: 'c', autoOffsetReset: 'earliest' },
  ],
  faults: [],
  checks: [],
  journal: [],
  view: {},
};

describe('what is kept from frame to frame', () => {
  test.each(examples)('$title: frames are those of somebody who has kept nothing', ({ scenario: example }) => {
    const run = createRun(example);
    const pack = keeper();
    for (let frame = 1; frame <= FRAMES; frame += 1) {
      runUntil(run, frame * FRAME_NS);
      pack(run);
    }
  });

  test('segments that begin and go among the cells are borders, or are no longer', () => {
    const run = createRun(scenario);
    const pack = keeper();
    for (let ms = 3; ms <= 3000; ms += 3) {
      // Now and then everything goes before the next record comes.
      if (ms % 600 === 0)
        change(run, [set('p', { arrivals: { type: 'poisson', ratePerSecond: ms % 1200 === 0 ? 200 : 2 } })]);
      runUntil(run, ms * 1e6);
      pack(run);
    }
  });

  test('a run that takes the place of another one is read anew', () => {
    const run = createRun(scenario);
    const pack = keeper();
    for (let ms = 100; ms <= 1000; ms += 100) {
      runUntil(run, ms * 1e6);
      pack(run);
      const past = snapshot(run);
      runUntil(run, (ms + 50) * 1e6);
      pack(run);
      // As after a step back: another run, in which the log ends earlier.
      pack(past);
    }
  });

  test('edits of nodes, edges and settings are seen in the next frame', () => {
    const run = createRun(scenario);
    const pack = keeper();
    const edits: DesignChange[][] = [
      [set('t', { partitions: 5 })],
      [set('c', { instances: 3 })],
      [set('t', { cleanupPolicy: 'compact' })],
      [
        {
          op: 'add',
          in: 'nodes',
          item: { id: 'q', kind: 'producer', name: 'q', position, arrivals: { type: 'constant', ratePerSecond: 50 } },
        },
      ],
      [{ op: 'add', in: 'edges', item: { id: 'qt', kind: 'publish', from: 'q', to: 't' } }],
      [set('c', { instances: 1 })],
      [{ op: 'remove', in: 'edges', id: 'pt' }],
    ];
    edits.forEach((edit, place) => {
      runUntil(run, (place + 1) * 500e6);
      pack(run);
      change(run, edit);
      pack(run);
      runUntil(run, (place + 1) * 500e6 + 200e6);
      pack(run);
    });
  });
});

function set(id: string, values: Readonly<Record<string, unknown>>): DesignChange {
  return { op: 'change', in: 'nodes', id, set: values };
}

function change(run: Run, edit: readonly DesignChange[]): void {
  applyChange(run, { edit });
}
