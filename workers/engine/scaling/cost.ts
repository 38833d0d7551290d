/** What instances cost: each from the decision to start it until it has stopped. [AS11] */
import type { ConsumerState, InstanceState } from '../handlers/handler-state.ts';
import type { Run } from '../state.ts';

/** The instance has stopped for good: nobody pays for it any more. */
export function endInstance(run: Run, instance: InstanceState): void {
  if (instance.stopped) return;
  run.consumers[instance.consumer]!.paidNs += run.nowNs - instance.paidFromNs;
  instance.stopped = true;
  run.layoutVersion += 1;
}

/** Sum over all instances so far of the time that they were there. */
export function instanceNs(run: Run, { paidNs, instances }: ConsumerState): number {
  let total = paidNs;
  for (const index of instances) {
    const { stopped, paidFromNs } = run.instances[index]!;
    if (!stopped) total += run.nowNs - paidFromNs;
  }
  return total;
}
