/** What autoscalers of consumers remember. */
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import type { Run } from '../state.ts';
import { createHpa, type HpaState } from './hpa.ts';

export interface AutoscalerState {
  /** Instances asked for; some of them may still be starting, and others not yet gone. */
  wanted: number;
  /** Looks scheduled under an earlier ticket are void. */
  ticket: number;
  /** When there was last anything to do, -1 for never. */
  activeNs: number;
  /** What it saw last: messages, before and after the cap by partitions. -1 for nothing yet. */
  lag: number;
  metric: number;
  /** By cursor: the committed position at the last look. Kept while stuck partitions are left out. */
  positions: Record<string, number>;
  hpa: HpaState;
  ups: number;
  downs: number;
  /** Instances asked for, the most so far. */
  most: number;
}

export function createAutoscaler(instances: number): AutoscalerState {
  return {
    wanted: instances,
    ticket: 0,
    activeNs: -1,
    lag: -1,
    metric: -1,
    positions: {},
    hpa: createHpa(),
    ups: 0,
    downs: 0,
    most: instances,
  };
}

/** [AS1] Both loops begin: KEDA looks at once, the HPA after its period. What they had planned before is void. */
export function startLooking(run: Run, consumerIndex: number): void {
  const { autoscaler, settings } = run.consumers[consumerIndex]!;
  if (autoscaler === null) return;
  autoscaler.ticket += 1;
  at(run, run.nowNs, PRIORITY.watch, OP.autoscalerPolls, consumerIndex, autoscaler.ticket);
  const firstNs = run.nowNs + fromMs(settings.autoscale.syncPeriodMs);
  at(run, firstNs, PRIORITY.watch, OP.autoscalerDecides, consumerIndex, autoscaler.ticket);
}
