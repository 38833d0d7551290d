import type { ConsumerState, InstanceState } from './handler-state.ts';

/** Less than `concurrency` workers are busy. After it was lowered there may be idle ones that get nothing to do. */
export function hasSpareWorker(instance: InstanceState, { settings }: ConsumerState): boolean {
  return instance.workers.length - instance.idleWorkers < settings.concurrency;
}
