/** What a topic's face says in words, and when its picture has changed. */
import {
  PARTITION,
  POSITION,
  SUBSCRIPTION,
  type Layout,
  type SubscriptionBlock,
  type TopicBlock,
} from '../../../../workers/protocol/frame.ts';
import { writeCount } from '../../../ui/numbers.ts';
import { subscriptionsOfTopic } from './gauges.ts';
import { ROWS_SHOWN } from './topic-strip.ts';

/** The name of a subscription's group as a person knows it: its own, or that of the consumer that is a group by itself. */
export function groupTitle(subscription: SubscriptionBlock, titleOf: (nodeId: string) => string): string {
  const [first] = subscription.consumers;
  if (first === undefined) return subscription.group;
  const alone = subscription.consumers.length === 1;
  return alone ? titleOf(first) : subscription.group;
}

interface Shown {
  readonly id: string;
  readonly firstRow: number;
  readonly rowsShown: number;
  readonly cursor: { readonly partition: number; readonly offset: number } | null;
}

/** A number that changes whenever the picture of the rows in view does. */
export function topicMark(values: Float64Array, layout: Layout, block: TopicBlock, shown: Shown): number {
  const first = Math.max(0, Math.floor(shown.firstRow));
  const last = Math.min(block.partitions, Math.ceil(shown.firstRow + shown.rowsShown));
  let mark =
    layout.version * 7 +
    shown.firstRow * 13 +
    (shown.cursor === null ? 0 : shown.cursor.offset * 3 + shown.cursor.partition + 1);
  for (let partition = first; partition < last; partition += 1) {
    const at = block.partitionsAt + partition * PARTITION.size;
    mark = mix(mark, values[at + PARTITION.end]!);
    mark = mix(mark, values[at + PARTITION.highWatermark]!);
    mark = mix(mark, values[at + PARTITION.start]!);
    mark = mix(mark, values[at + PARTITION.leader]!);
  }
  for (const { topic, positionsAt } of layout.subscriptions) {
    if (topic !== shown.id) continue;
    for (let partition = first; partition < last; partition += 1) {
      const at = positionsAt + partition * POSITION.size;
      mark = mix(mark, values[at + POSITION.committed]!);
      mark = mix(mark, values[at + POSITION.position]!);
    }
  }
  return mark;
}

function mix(mark: number, value: number): number {
  return (mark * 31 + value) % 4_503_599_627_370_449;
}

/** The strips in words. Speaks of at most the partitions that are seen without scrolling. */
export function topicSpoken(values: Float64Array, layout: Layout, block: TopicBlock, id: string): string {
  const subscriptions = subscriptionsOfTopic(layout, id);
  const rows = Array.from({ length: Math.min(block.partitions, ROWS_SHOWN) }, (_, partition) => {
    const at = block.partitionsAt + partition * PARTITION.size;
    const start = values[at + PARTITION.start]!;
    const end = values[at + PARTITION.end]!;
    const records = end > start ? `offsets ${writeCount(start)} to ${writeCount(end - 1)}` : 'empty';
    const watermark = end > start ? `, high watermark ${writeCount(values[at + PARTITION.highWatermark]!)}` : '';
    const leader = values[at + PARTITION.leader] === 1 ? '' : ', no leader';
    const commits = subscriptions.map((subscription) => {
      const committed = values[subscription.positionsAt + partition * POSITION.size + POSITION.committed]!;
      return `; ${subscription.group} committed ${committed < 0 ? 'nothing' : writeCount(committed)}`;
    });
    return `Partition ${partition}: ${records}${watermark}${leader}${commits.join('')}.`;
  });
  const more = block.partitions > ROWS_SHOWN ? [`And ${block.partitions - ROWS_SHOWN} more partitions.`] : [];
  return [...rows, ...more].join(' ');
}

/** Records of the topic that a group has still to read. */
export function lagOf(values: Float64Array, subscription: SubscriptionBlock): number {
  return values[subscription.at + SUBSCRIPTION.lag]!;
}
