/** What the faces read of a frame. Pure; every function stands for "nothing yet" when the node is not in the layout. */
import {
  GROUP,
  GROUP_STATE,
  HEALTH,
  POSITION,
  PUBLISH,
  SUBSCRIPTION,
  type Layout,
  type NodeBlock,
  type SubscriptionBlock,
} from '../../../../workers/protocol/frame.ts';
import type { StateKind } from '../../../ui/states.ts';
import { groupIndexOf, groupIndexOfSubscription, subscriptionsOfConsumer } from './layout-index.ts';

export type Health = keyof typeof HEALTH;
const HEALTH_NAMES: readonly Health[] = ['up', 'crashed', 'paused', 'slow'];

/** Every block begins with the node's health. */
export function healthOf(values: Float64Array, layout: Layout, id: string): Health {
  const block: NodeBlock | undefined = layout.nodes[id];
  return (block === undefined ? undefined : HEALTH_NAMES[values[block.at]!]) ?? 'up';
}

/** Sum of one figure over several subscriptions; 0 without any. */
export function sumOf(
  values: Float64Array,
  subscriptions: readonly SubscriptionBlock[],
  figure: Exclude<keyof typeof SUBSCRIPTION, 'size'>,
): number {
  let sum = 0;
  for (const subscription of subscriptions) sum += values[subscription.at + SUBSCRIPTION[figure]]!;
  return sum;
}

/** Anomalies of a subscription that a face counts, and what stands for each. */
export const CONSUMER_ANOMALIES = {
  lost: 'lost',
  gone: 'gone',
  duplicateEffects: 'duplicate',
  outOfOrderPerKey: 'out-of-order',
  unexpected: 'unexpected',
  expired: 'expired',
  dropped: 'dead',
  deadLettered: 'dead',
  skipped: 'skipped',
} as const satisfies Partial<Record<keyof typeof SUBSCRIPTION, StateKind>>;
export type ConsumerAnomaly = keyof typeof CONSUMER_ANOMALIES;
export const CONSUMER_ANOMALY_FIGURES = Object.keys(CONSUMER_ANOMALIES) as readonly ConsumerAnomaly[];

/** The producers' buffers, all `publish` edges taken together. */
export interface BufferState {
  readonly bufferedBytes: number;
  readonly bufferMemory: number;
  readonly blocked: number;
  /** Facts that went into messages of others for want of room. */
  readonly merged: number;
}

export function bufferOf(values: Float64Array, layout: Layout, edgeIds: readonly string[]): BufferState {
  let bufferedBytes = 0;
  let bufferMemory = 0;
  let blocked = 0;
  let merged = 0;
  for (const id of edgeIds) {
    const edge = layout.edges[id];
    if (edge?.kind !== 'publish') continue;
    bufferedBytes += values[edge.at + PUBLISH.bufferedBytes]!;
    bufferMemory += values[edge.at + PUBLISH.bufferMemory]!;
    blocked += values[edge.at + PUBLISH.blocked]!;
    merged += values[edge.at + PUBLISH.merged]!;
  }
  return { bufferedBytes, bufferMemory, blocked, merged };
}

/** A partition that an instance owns, or in a share group may read. */
export interface Ownership {
  readonly instance: number;
  readonly topic: string;
  readonly partition: number;
}

/** Every partition owned by an instance of this consumer, by instance, topic and partition. */
export function ownershipOf(values: Float64Array, layout: Layout, consumer: string): readonly Ownership[] {
  const owned: Ownership[] = [];
  for (const subscription of subscriptionsOfConsumer(layout, consumer)) {
    const members = layout.groups[groupIndexOfSubscription(layout, subscription)]?.members ?? [];
    for (let partition = 0; partition < subscription.partitions; partition += 1) {
      const at = subscription.positionsAt + partition * POSITION.size;
      const owner = values[at + POSITION.owner]!;
      members.forEach((member, place) => {
        const reads = subscription.sharesAt < 0 ? place === owner : hasBit(values[at + POSITION.readers]!, place);
        if (reads && member.node === consumer)
          owned.push({ instance: member.instance, topic: subscription.topic, partition });
      });
    }
  }
  return owned.toSorted((a, b) => a.instance - b.instance);
}

/** Whether a sum of powers of two has that one; those beyond 52 are in none. */
function hasBit(bits: number, place: number): boolean {
  return Math.floor(bits / 2 ** place) % 2 === 1;
}

/** Changes whenever the ownership does; cheap enough for every frame. */
export function ownershipMark(values: Float64Array, layout: Layout, consumer: string): number {
  let mark = layout.version;
  for (const { positionsAt, partitions } of subscriptionsOfConsumer(layout, consumer)) {
    for (let partition = 0; partition < partitions; partition += 1) {
      const at = positionsAt + partition * POSITION.size;
      const readers = values[at + POSITION.readers]!;
      mark = Math.imul(mark, 31) + values[at + POSITION.owner]! + 2 + (readers % 65_521) + Math.floor(readers / 65_521);
    }
  }
  return mark;
}

/** Whether the group of this consumer is being rearranged. */
export function isRebalancing(values: Float64Array, layout: Layout, consumer: string): boolean {
  const group = layout.groups[groupIndexOf(layout, consumer)];
  if (group === undefined) return false;
  const state = values[group.at + GROUP.state];
  return state === GROUP_STATE.preparing || state === GROUP_STATE.completing || state === GROUP_STATE.reconciling;
}

/** A figure of the consumer's group; 0 while unknown. */
export function groupFigure(
  values: Float64Array,
  layout: Layout,
  consumer: string,
  figure: Exclude<keyof typeof GROUP, 'size'>,
): number {
  const group = layout.groups[groupIndexOf(layout, consumer)];
  return group === undefined ? 0 : values[group.at + GROUP[figure]]!;
}

/** Whether the members of this consumer's group compete for records. */
export function isShareGroup(layout: Layout, consumer: string): boolean {
  return layout.groups[groupIndexOf(layout, consumer)]?.kind === 'share';
}

/** Whether this consumer's instances share out partitions, or would if it read anything. */
export function sharesPartitions(layout: Layout, consumer: string): boolean {
  const read = subscriptionsOfConsumer(layout, consumer);
  return read.length === 0 || read.some(({ partitions }) => partitions > 0);
}
