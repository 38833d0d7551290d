import type { Run } from '../state.ts';
import type { InstanceState } from './handler-state.ts';

/** Less than `concurrency` workers are busy. After it was lowered there may be idle ones that get nothing to do. */
export function hasSpareWorker(run: Run, instance: InstanceState): boolean {
  const busy = instance.workers.length - instance.idleWorkers;
  return busy < run.consumers[instance.consumer]!.settings.concurrency;
}
