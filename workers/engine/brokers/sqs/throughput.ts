/** [SF8] How many calls a FIFO queue takes: 300 of each action a second, or as many in each of its partitions. */
import { growFloat64 } from '../../core/columns.ts';
import { NONE, type SqsQueue } from './queue-state.ts';

/** Actions that are counted apart. */
export const ACTION = { send: 0, receive: 1, delete: 2, changeVisibility: 3 } as const;
export type Action = (typeof ACTION)[keyof typeof ACTION];

const ACTIONS = 4;

/**
 * Whether one more call is taken now (otherwise: ThrottlingException). A bucket of the calls of one second is filled
 * evenly: the theoretical arrival time of the next call may be up to a second ahead.
 *
 * @param group whose partition it concerns; NONE for a receive, which concerns all of them
 */
export function admitCall(queue: SqsQueue, action: Action, group: number, nowNs: number): boolean {
  const { callsPerSecond, partitions } = queue.settings;
  if (callsPerSecond === Infinity) return true;
  const partition = group === NONE ? partitions : partitionOf(group, partitions);
  const at = action * (partitions + 1) + partition;
  queue.admitted = growFloat64(queue.admitted, ACTIONS * (partitions + 1));
  const gapNs = Math.floor(1e9 / (group === NONE ? callsPerSecond * partitions : callsPerSecond));
  const dueNs = Math.max(queue.admitted[at]!, nowNs);
  if (dueNs + gapNs > nowNs + 1e9) return false;
  queue.admitted[at] = dueNs + gapNs;
  return true;
}

/** The partition of a message group, by a hash of its number. */
function partitionOf(group: number, partitions: number): number {
  if (partitions === 1) return 0;
  return Math.floor(((Math.imul(group + 1, 0x9e3779b1) >>> 0) / 2 ** 32) * partitions);
}
