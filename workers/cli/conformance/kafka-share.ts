/** Runs the vectors about share-partitions through the engine's own state machine. */
import * as v from 'valibot';
import {
  ACKNOWLEDGE,
  acknowledge,
  acquire,
  advanceStart,
  createSharePartition,
  endLocks,
  openSharePartition,
  releaseMember,
  SHARE_STATE,
  type SharePartition,
} from '../../engine/brokers/log/share/share-partition.ts';
import { fromMs } from '../../engine/core/time.ts';
import { checking, difference } from './cases.ts';

const offset = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const common = { at: v.pipe(v.number(), v.minValue(0)), member: v.string() };
const told = v.object({ result: v.union([v.string(), v.array(v.tuple([offset, offset]))]), startOffset: offset });

const operation = v.variant('op', [
  v.object({ op: v.literal('acquire'), ...common, max: offset, expect: told }),
  v.object({
    op: v.literal('ack'),
    ...common,
    type: v.picklist(['accept', 'release', 'reject', 'renew']),
    offsets: v.array(offset),
    expect: told,
  }),
  v.object({ op: v.literal('leave'), ...common, expect: told }),
]);
type Operation = v.InferOutput<typeof operation>;

const shareCase = v.object({
  deliveryCountLimit: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  lockMs: v.pipe(v.number(), v.minValue(0)),
  records: offset,
  maxRecordLocks: v.optional(offset, Number.MAX_SAFE_INTEGER),
  ops: v.array(operation),
  finalStates: v.array(v.picklist(['AVAILABLE', 'ACQUIRED', 'ACKNOWLEDGED', 'ARCHIVED'])),
});
type ShareCase = v.InferOutput<typeof shareCase>;

const STATE_NAMES = {
  [SHARE_STATE.available]: 'AVAILABLE',
  [SHARE_STATE.acquired]: 'ACQUIRED',
  [SHARE_STATE.acknowledged]: 'ACKNOWLEDGED',
  [SHARE_STATE.archived]: 'ARCHIVED',
} as const;

export const sharePartitionVectors = checking(shareCase, (one) => {
  const share = createSharePartition();
  openSharePartition(share, 0);
  // A record that was never acquired is available, and one that the start has passed keeps its last state.
  const states: string[] = one.finalStates.map(() => 'AVAILABLE');
  const members: string[] = [];
  for (const [place, step] of one.ops.entries()) {
    if (!members.includes(step.member)) members.push(step.member);
    endLocks(share, fromMs(step.at), one.deliveryCountLimit);
    const result = perform(share, step, members.indexOf(step.member), one);
    noteStates(share, states);
    advanceStart(share, 0);
    const got = { result, startOffset: share.start };
    const reason = difference(`step ${place}, ${step.op} by ${step.member}`, got, step.expect);
    if (reason !== null) return reason;
  }
  return difference('final states', states, one.finalStates);
});

function perform(share: SharePartition, step: Operation, member: number, one: ShareCase): unknown {
  const lockEndsNs = fromMs(step.at + one.lockMs);
  switch (step.op) {
    case 'acquire': {
      const limits = { max: step.max, below: one.records, windowMax: one.maxRecordLocks, lockEndsNs };
      const taken = acquire(share, member, limits);
      return taken.map((each) => [each, share.deliveries[each & share.mask]]);
    }
    case 'ack': {
      const types = step.offsets.map(() => ACKNOWLEDGE[step.type]);
      const said = { offsets: step.offsets, types };
      return acknowledge(share, member, said, one.deliveryCountLimit, lockEndsNs) ? 'ok' : 'INVALID_RECORD_STATE';
    }
    case 'leave':
      releaseMember(share, member, one.deliveryCountLimit);
      return 'ok';
    default:
      return step satisfies never;
  }
}

function noteStates(share: SharePartition, states: string[]): void {
  for (let each = share.start; each < share.end; each += 1)
    states[each] = STATE_NAMES[share.state[each & share.mask] as keyof typeof STATE_NAMES];
}
