import { createRun } from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent } from './bench.ts';
import { logPathDocument, VARIANTS } from './log-path/scenario.ts';
import { scenarioOf } from './scenario.ts';
import { applied, goOn } from './steady.ts';
import { short } from './turns.ts';

const MESSAGES = { smoke: 2000, full: 5_000_000, long: 100_000_000 };
const RATE = 500_000;
/** Half a second of records stays in the logs. */
const RETENTION_MS = 500;
const LOOKS = 20;
const GOAL_MB = 200;

/** What the run holds, garbage apart where Node was started with `--expose-gc`. Megabytes. */
function heldMb(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}

export const bench: Bench = {
  about: 'Memory of a long run on the log path, beyond what the process held before: heap, and buffers outside of it.',
  run(extent: Extent) {
    const messages = sizeFor(extent, MESSAGES);
    const beforeMb = heldMb();
    const run = createRun(scenarioOf(logPathDocument(VARIANTS[0]!, RATE, 1, RETENTION_MS)));
    const held: number[] = [];
    for (let look = 1; look <= LOOKS; look += 1) {
      goOn(run, (messages / LOOKS / RATE) * 1000);
      held.push(heldMb() - beforeMb);
      console.error(`  ${short(applied(run))} messages: ${held.at(-1)!.toFixed(1)} MB`);
    }
    const most = Math.max(...held);
    return [
      {
        what: `memory over a run of ${short(messages)} messages`,
        figure: `${most.toFixed(0)} MB at most, ${held.at(-1)!.toFixed(0)} MB at the end`,
        reference: '',
        ratio: null,
        goal: `below ${GOAL_MB} MB`,
        met: most < GOAL_MB,
      },
    ];
  },
};
