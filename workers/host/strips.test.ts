import { describe, expect, test } from 'vitest';
import { createRun, runUntil } from '../engine/engine.ts';
import { examples } from '../scenario/examples/index.ts';
import { HEADER } from '../protocol/frame.ts';
import { layoutOf } from './layout.ts';
import { packFrame } from './pack.ts';
import { createPacker } from './pack-news.ts';

const HEAD = { horizonNs: 0, status: 1, speed: 1, journalApplied: 0 };
const FRAME_NS = 50e6;
const FRAMES = 200;

describe('strips that are kept from frame to frame', () => {
  test.each(examples)('$title: show what strips that are read anew show', ({ scenario }) => {
    const run = createRun(scenario);
    const keeping = createPacker();
    for (let frame = 1; frame <= FRAMES; frame += 1) {
      runUntil(run, frame * FRAME_NS);
      const layout = layoutOf(run, 1);
      const kept = packFrame(run, keeping, layout, HEAD);
      // A new packer has sent no flights and no anomalies either: gauges are compared, news is not.
      const anew = packFrame(run, { ...createPacker(), anomalies: keeping.anomalies }, layout, HEAD);
      const gauges = (buffer: ArrayBuffer) => new Float64Array(buffer).subarray(HEADER.size, layout.length);
      expect(gauges(kept)).toEqual(gauges(anew));
    }
  });
});
