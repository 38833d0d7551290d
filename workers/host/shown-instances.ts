/** Which instances a frame tells of. */
import type { Run } from '../engine/engine.ts';

/** Instances up to the last one that is not stopped for good. */
export function shownInstances(run: Run, indexes: readonly number[]): readonly number[] {
  return indexes.slice(0, indexes.findLastIndex((index) => !run.instances[index]!.stopped) + 1);
}
