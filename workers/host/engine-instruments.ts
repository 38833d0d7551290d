import * as engine from '../engine/engine.ts';
import type { Instruments } from './instruments.ts';
import { layoutOf } from './layout.ts';
import { createPacker } from './pack-news.ts';
import { packFrame } from './pack.ts';

/** The real engine as the host drives it. One set for one page: it remembers what frames have shown already. */
export function engineInstruments(): Instruments<engine.Run> {
  let packer = createPacker();
  return {
    machine: engine,
    watch(run) {
      engine.watchFlights(run);
      // Nothing of this run has been sent, and what it had found before it was taken up is old news.
      packer = { ...createPacker(), anomalies: run.anomalies.count };
    },
    layoutVersion: (run) => run.layoutVersion,
    layoutOf,
    packFrame: (run, layout, head, spent) => packFrame(run, packer, layout, head, spent),
    readFigures: engine.readFigures,
    report: engine.report,
    messageStory: engine.messageStory,
    tellNext: engine.tellNext,
  };
}
