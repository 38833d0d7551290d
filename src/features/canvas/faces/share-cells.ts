/** What a frame says of the records that a share group has in hand. */
import {
  HEADER,
  PARTITION,
  SHARE,
  SHARE_CELL,
  SHARE_STATE,
  type Layout,
  type SubscriptionBlock,
  type TopicBlock,
} from '../../../../workers/protocol/frame.ts';
import { writeDuration } from '../../../ui/numbers.ts';
import { groupIndexOfSubscription, subscriptionsOfTopic } from './layout-index.ts';
import { groupLetter } from './groups.ts';

type ShareState = keyof typeof SHARE_STATE;
const STATES = Object.keys(SHARE_STATE) as readonly ShareState[];

export interface ShareCell {
  readonly state: ShareState;
  readonly deliveries: number;
  /** Place of the member that holds it, -1 for nobody. */
  readonly holder: number;
  /** What is left of its lock, from 0 to 1; 0 where it has none. */
  readonly lockShare: number;
  readonly lockLeftMs: number;
}

/** The record at `offset` of a partition; null where the frame does not show it, or the group does not have it in hand. */
export function shareCellOf(
  values: Float64Array,
  subscription: SubscriptionBlock,
  partitionAt: number,
  { partition, offset }: { readonly partition: number; readonly offset: number },
): ShareCell | null {
  const place = offset - values[partitionAt + PARTITION.firstCell]!;
  if (subscription.sharesAt < 0 || place < 0 || place >= values[partitionAt + PARTITION.cells]!) return null;
  const at = subscription.sharesAt + partition * SHARE.size + SHARE.cellsAt + place * SHARE_CELL.size;
  const state = STATES[values[at + SHARE_CELL.state]!] ?? 'outside';
  if (state === 'outside') return null;
  const leftNs = state === 'acquired' ? Math.max(0, values[at + SHARE_CELL.lockEndsNs]! - values[HEADER.timeNs]!) : 0;
  return {
    state,
    deliveries: values[at + SHARE_CELL.deliveries]!,
    holder: values[at + SHARE_CELL.holder]!,
    lockShare: subscription.lockNs > 0 ? Math.min(1, leftNs / subscription.lockNs) : 0,
    lockLeftMs: leftNs / 1e6,
  };
}

const WORDS: Readonly<Record<Exclude<ShareState, 'outside'>, string>> = {
  available: 'to be delivered again',
  acquired: 'acquired',
  acknowledged: 'acknowledged',
  archived: 'archived',
};

/** A record in the words of every share group that has it in hand, as `A: acquired by instance 2, delivery 1, lock ends in 3 s`. */
export function shareWords(
  values: Float64Array,
  layout: Layout,
  block: TopicBlock,
  topic: string,
  place: { readonly partition: number; readonly offset: number },
): readonly string[] {
  return subscriptionsOfTopic(layout, topic).flatMap((subscription) => {
    const partitionAt = block.partitionsAt + place.partition * PARTITION.size;
    const cell = shareCellOf(values, subscription, partitionAt, place);
    if (cell === null || cell.state === 'outside') return [];
    const group = groupIndexOfSubscription(layout, subscription);
    const member = layout.groups[group]?.members[cell.holder];
    const by = member === undefined ? '' : ` by instance ${member.instance}`;
    const lock =
      cell.state === 'acquired' ? `, lock ends in ${writeDuration(Number(cell.lockLeftMs.toPrecision(2)))}` : '';
    return [`${groupLetter(group)}: ${WORDS[cell.state]}${by}, delivery ${cell.deliveries}${lock}`];
  });
}

export type ShareFigure = 'available' | 'acquired' | 'done';

/** Records of all partitions in that state. */
export function shareSum(
  values: Float64Array,
  { sharesAt, partitions }: SubscriptionBlock,
  figure: ShareFigure,
): number {
  let sum = 0;
  if (sharesAt < 0) return 0;
  for (let partition = 0; partition < partitions; partition += 1)
    sum += values[sharesAt + partition * SHARE.size + SHARE[figure]]!;
  return sum;
}
