import type { Run } from '../state.ts';

/** An id that no producer has had. [PR11] */
export function newProducerId(run: Run): number {
  run.lastProducerId += 1;
  return run.lastProducerId;
}
