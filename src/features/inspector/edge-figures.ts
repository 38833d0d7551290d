/** Which gauges of a frame the inspector shows for each kind of edge, in the words of its broker. */
import {
  PUBLISH,
  SHARE,
  SUBSCRIBE,
  SUBSCRIPTION,
  type Layout,
  type NodeBlock,
  type SubscriptionBlock,
} from '../../../workers/protocol/frame.ts';
import type { ScenarioEdge } from '../../../workers/scenario/document.ts';
import type { EdgeKind } from '../../../workers/scenario/edges/table.ts';
import { writeBytes, writeCount, writeDuration } from '../../ui/numbers.ts';
import { behind, reader, some, type LiveFigure, type Read } from './live-figures.ts';

/** The figures of an edge; empty where the frame does not know it. */
export function edgeFigures(
  { id, kind, from }: Pick<ScenarioEdge, 'id' | 'kind' | 'from'>,
  values: Float64Array,
  layout: Layout,
): readonly LiveFigure[] {
  if (kind === 'bind') return bindingFigures(id, values, layout.nodes[from]);
  const block = layout.edges[id];
  if (block === undefined) return [];
  const read = reader(values, block.at);
  if (block.kind === 'publish') return publishFigures(kind, read);
  const came = { label: CAME[kind] ?? 'Fetched', text: writeCount(read(SUBSCRIBE.fetched)) };
  const subscription = layout.subscriptions[block.subscription];
  // Whoever reads the queue behind a topic of SNS has an edge of their own.
  if (subscription === undefined || kind === 'snsSubscribe') return [came];
  const of = reader(values, subscription.at);
  return [
    came,
    ...shareFigures(subscription, values),
    { label: 'Applied', text: writeCount(of(SUBSCRIPTION.applied)) },
    { label: behind(layout, [subscription]), text: writeCount(of(SUBSCRIPTION.lag)) },
    { label: 'Duplicate effects', text: writeCount(of(SUBSCRIPTION.duplicateEffects)) },
    { label: 'Lost', text: writeCount(of(SUBSCRIPTION.lost)) },
    { label: 'Latency p50', text: writeDuration(of(SUBSCRIPTION.p50Ns) / 1e6) },
    { label: 'Latency p99', text: writeDuration(of(SUBSCRIPTION.p99Ns) / 1e6) },
  ];
}

/** What a broker calls it that a message comes to whoever reads. */
const CAME: Readonly<Partial<Record<EdgeKind, string>>> = {
  amqpConsume: 'Delivered',
  sqsReceive: 'Received',
  snsSubscribe: 'Sent on',
  poll: 'Found',
};

function bindingFigures(id: string, values: Float64Array, block: NodeBlock | undefined): readonly LiveFigure[] {
  const place = block?.kind === 'exchange' ? block.bindings.indexOf(id) : -1;
  if (block?.kind !== 'exchange' || place < 0) return [];
  return [{ label: 'Matched', text: writeCount(values[block.bindingsAt + place]!) }];
}

/** What is on its way over an edge that publishes, in the words of its broker. */
function underWay(kind: EdgeKind, read: Read): readonly LiveFigure[] {
  const [queued, underway] = [read(PUBLISH.queued), read(PUBLISH.requestsInFlight)].map(writeCount) as [string, string];
  switch (kind) {
    case 'amqpPublish':
      return [{ label: 'Unconfirmed', text: underway }];
    case 'insert':
      return [
        { label: 'Inserts under way', text: underway },
        { label: 'Waiting for one', text: queued },
      ];
    case 'sqsSend':
    case 'snsPublish':
      return [
        { label: 'Calls under way', text: underway },
        { label: 'Waiting for one', text: queued },
      ];
    default:
      return [
        { label: 'In batches', text: queued },
        { label: 'Requests in flight', text: underway },
        { label: 'Buffer', text: writeBytes(read(PUBLISH.bufferedBytes)) },
      ];
  }
}

function publishFigures(kind: EdgeKind, read: Read): readonly LiveFigure[] {
  return [
    { label: 'Acknowledged', text: writeCount(read(PUBLISH.acknowledged)) },
    { label: 'Refused', text: writeCount(read(PUBLISH.refused)) },
    ...(kind === 'publish' ? [{ label: 'Appended', text: writeCount(read(PUBLISH.appended)) }] : []),
    { label: 'Retries', text: writeCount(read(PUBLISH.retries)) },
    ...underWay(kind, read),
    { label: 'Blocked', text: writeCount(read(PUBLISH.blocked)) },
    { label: 'Blocked for', text: writeDuration(Math.round(read(PUBLISH.stalledNs) / 1e6)) },
    ...some('Facts merged', read(PUBLISH.merged)),
  ];
}

/** What a share group has in hand of all partitions; nothing in a consumer group. */
function shareFigures({ at, sharesAt, partitions }: SubscriptionBlock, values: Float64Array): readonly LiveFigure[] {
  if (sharesAt < 0) return [];
  const sum = (figure: number): number => {
    let total = 0;
    for (let partition = 0; partition < partitions; partition += 1)
      total += values[sharesAt + partition * SHARE.size + figure]!;
    return total;
  };
  return [
    { label: 'In hand', text: writeCount(sum(SHARE.acquired)) },
    { label: 'To redeliver', text: writeCount(sum(SHARE.available)) },
    { label: 'Done in the window', text: writeCount(sum(SHARE.done)) },
    { label: 'Archived', text: writeCount(values[at + SUBSCRIPTION.dropped]!) },
  ];
}
