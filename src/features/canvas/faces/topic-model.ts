/** What a topic's face says in words, and when its picture has changed. */
import {
  PARTITION,
  POSITION,
  SHARE,
  SUBSCRIPTION,
  type Layout,
  type SubscriptionBlock,
  type TopicBlock,
} from '../../../../workers/protocol/frame.ts';
import { writeCount } from '../../../ui/numbers.ts';
import { subscriptionsOfTopic } from './layout-index.ts';
import { ROWS_SHOWN } from './topic-strip.ts';

/** The name of a subscription's group as a person knows it: its own, or that of the consumer that is a group by itself. */
export function groupTitle(subscription: SubscriptionBlock, titleOf: (nodeId: string) => string): string {
  const [first] = subscription.consumers;
  if (first === undefined) return subscription.group;
  const alone = subscription.consumers.length === 1;
  return alone ? titleOf(first) : subscription.group;
}

/** The strips in words. Speaks of at most the partitions that are seen without scrolling. */
export function topicSpoken(
  values: Float64Array,
  layout: Layout,
  block: TopicBlock,
  { id, titleOf }: { readonly id: string; readonly titleOf: (nodeId: string) => string },
): string {
  const subscriptions = subscriptionsOfTopic(layout, id);
  const rows = Array.from({ length: Math.min(block.partitions, ROWS_SHOWN) }, (_, partition) => {
    const at = block.partitionsAt + partition * PARTITION.size;
    const start = values[at + PARTITION.start]!;
    const end = values[at + PARTITION.end]!;
    const records = end > start ? `offsets ${writeCount(start)} to ${writeCount(end - 1)}` : 'empty';
    const watermark = end > start ? `, high watermark ${writeCount(values[at + PARTITION.highWatermark]!)}` : '';
    const lastStable = values[at + PARTITION.lastStable]!;
    const stable =
      lastStable < values[at + PARTITION.highWatermark]! ? `, last stable offset ${writeCount(lastStable)}` : '';
    const leader = values[at + PARTITION.leader] === 1 ? '' : ', no leader';
    const commits = subscriptions.map((subscription) => {
      const committed = values[subscription.positionsAt + partition * POSITION.size + POSITION.committed]!;
      const title = groupTitle(subscription, titleOf);
      if (subscription.sharesAt >= 0) return shareSpoken(values, subscription, partition, title);
      return `; ${title} committed ${committed < 0 ? 'nothing' : writeCount(committed)}`;
    });
    return `Partition ${partition}: ${records}${watermark}${stable}${leader}${replicasSpoken(values, at)}${commits.join('')}.`;
  });
  const more = block.partitions > ROWS_SHOWN ? [`And ${block.partitions - ROWS_SHOWN} more partitions.`] : [];
  return [...rows, ...more].join(' ');
}

/** Which broker leads, and whether replicas are missing; nothing for a topic that is on no cluster. */
function replicasSpoken(values: Float64Array, at: number): string {
  const broker = values[at + PARTITION.leaderBroker]!;
  if (broker < 0) return '';
  const [insync, replicas] = [values[at + PARTITION.insyncReplicas]!, values[at + PARTITION.replicas]!];
  return `, led by broker ${broker}${insync < replicas ? `, ${insync} of ${replicas} replicas in sync` : ''}`;
}

function shareSpoken(values: Float64Array, { sharesAt }: SubscriptionBlock, partition: number, title: string): string {
  const at = sharesAt + partition * SHARE.size;
  if (values[at + SHARE.start]! < 0) return `; ${title} has not asked for it yet`;
  const again = values[at + SHARE.available]!;
  const available = again > 0 ? `, ${writeCount(again)} to be delivered again` : '';
  return `; ${title} is done up to ${writeCount(values[at + SHARE.start]!)}, ${writeCount(values[at + SHARE.acquired]!)} in hand${available}`;
}

/** Records of the topic that a group has still to read. */
export function lagOf(values: Float64Array, subscription: SubscriptionBlock): number {
  return values[subscription.at + SUBSCRIPTION.lag]!;
}
