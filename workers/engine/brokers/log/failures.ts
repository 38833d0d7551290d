/** What ends a consumer's process: what its poll throws and nobody handles. [KO9] */
import { at, OP, PRIORITY } from '../../events.ts';
import type { Run } from '../../state.ts';

/** In events and frames by position. */
export const FAILURES = [
  'NoOffsetForPartitionException',
  'OffsetOutOfRangeException',
  'FencedInstanceIdException',
  'UnreleasedInstanceIdException',
] as const;

/** The instance's poll throws: its process ends at this instant. */
export function throwInPoll(run: Run, instance: number, failure: (typeof FAILURES)[number]): void {
  const { incarnation } = run.instances[instance]!.process;
  at(run, run.nowNs, PRIORITY.client, OP.consumerFails, instance, incarnation, FAILURES.indexOf(failure));
}
