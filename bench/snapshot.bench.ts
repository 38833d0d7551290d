import { createRun, fromMs, runUntil, snapshot, snapshotBytes, type Run } from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { lanesDocument } from './lanes.ts';
import { logPathDocument, VARIANTS } from './log-path/scenario.ts';
import { scenarioOf } from './scenario.ts';
import { inTurns, timesAsFast, type Measured } from './turns.ts';

const COPIES = { smoke: 1, full: 20 };
/** The first stretch after a restore: far enough to touch what is hot. */
const RESUMED_NS = fromMs(1);

function ms({ nsPerUnit }: Measured): string {
  return `${(nsPerUnit / 1e6).toFixed(2)} ms`;
}

/** A checkpoint is a copy, and so is going back to one; then the run goes on. */
function measure(extent: Extent, name: string, run: Run): readonly Finding[] {
  const copies = sizeFor(extent, COPIES);
  const times = (work: () => void) => () => {
    for (let i = 0; i < copies; i += 1) work();
    return copies;
  };
  const checkpoint = snapshot(run);
  const { copy, restore, clone } = inTurns(extent, {
    copy: { name: `${name}, checkpoint`, run: times(() => snapshot(run)) },
    restore: {
      name: `${name}, restore and run 1 ms`,
      run: times(() => {
        const resumed = snapshot(checkpoint);
        runUntil(resumed, resumed.nowNs + RESUMED_NS);
      }),
    },
    clone: { name: `${name}, structuredClone`, run: times(() => structuredClone(run)) },
  });
  const reference = `structuredClone: ${ms(clone)}`;
  const megabytes = `${(snapshotBytes(run) / 1e6).toFixed(1)} MB`;
  const row = { reference, goal: '', met: null };
  return [
    { what: `checkpoint, ${name}`, figure: `${ms(copy)}, ${megabytes}`, ratio: timesAsFast(copy, clone), ...row },
    {
      what: `restore and 1 ms of run, ${name}`,
      figure: ms(restore),
      ratio: timesAsFast(restore, clone),
      ...row,
    },
  ];
}

export const bench: Bench = {
  about: 'Copying a run for a checkpoint, and going back to one, beside structuredClone of the same run.',
  run(extent) {
    const begun = (document: unknown, untilMs: number): Run => {
      const run = createRun(scenarioOf(document));
      runUntil(run, fromMs(sizeFor(extent, { smoke: 5, full: untilMs })));
      return run;
    };
    return [
      ...measure(extent, 'the log path at 10 k/s', begun(logPathDocument(VARIANTS[0]!, 10_000, 1), 5000)),
      ...measure(extent, '300 nodes', begun(lanesDocument(300, 1), 3000)),
    ];
  },
};
