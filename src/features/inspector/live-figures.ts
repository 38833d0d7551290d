/** Which gauges of a frame the inspector shows for each kind of node, and how they are written. */
import { backlogWords, familyRead } from '../../../workers/scenario/backlog-words.ts';
import {
  EXCHANGE,
  QUEUE,
  RABBITMQ,
  type ExchangeBlock,
  type QueueBlock,
  type RabbitmqBlock,
} from '../../../workers/protocol/frame-amqp.ts';
import { CLUSTER, type ClusterBlock } from '../../../workers/protocol/frame-cluster.ts';
import {
  CONDITION,
  CONSUMER,
  GROUP,
  GROUP_STATE,
  HEADER,
  HEALTH,
  PARTITION,
  PRODUCER,
  SUBSCRIPTION,
  TOPIC,
  type ConsumerBlock,
  type GroupBlock,
  type Layout,
  type ProducerBlock,
  type SubscriptionBlock,
  type TopicBlock,
} from '../../../workers/protocol/frame.ts';
import { SNS, SQS, type SnsBlock, type SqsBlock } from '../../../workers/protocol/frame-sqs.ts';
import { STORE } from '../../../workers/protocol/frame-store.ts';
import { REQUESTS } from '../../../workers/protocol/frame-requests.ts';
import { sentNowhere } from '../../simulation/sent-nowhere.ts';
import { monthlyDollars, writeDollars } from '../../ui/money.ts';
import { writeBytes, writeCount, writeDuration, writeShare } from '../../ui/numbers.ts';

export interface LiveFigure {
  readonly label: string;
  readonly text: string;
}

export type Read = (offset: number) => number;

export function reader(values: Float64Array, at: number): Read {
  return (offset) => values[at + offset] ?? 0;
}

/** The figures of a node; empty where the frame does not know it (annotations, a node just added). */
export function nodeFigures(id: string, values: Float64Array, layout: Layout): readonly LiveFigure[] {
  const block = layout.nodes[id];
  if (block === undefined) return [];
  switch (block.kind) {
    case 'producer':
      return producerFigures(block, values);
    case 'topic':
      return topicFigures(block, values);
    case 'cluster':
      return clusterFigures(block, values);
    case 'sqs':
      return sqsFigures(block, values);
    case 'sns':
      return snsFigures(block, values);
    case 'exchange':
      return exchangeFigures(block, values);
    case 'queue':
      return queueFigures(block, values);
    case 'rabbitmq':
      return rabbitmqFigures(block, values);
    case 'store':
      return storeFigures(reader(values, block.at));
    case 'consumer':
      return block.requestsAt >= 0
        ? requestFigures(reader(values, block.requestsAt))
        : consumerFigures(id, block, values, layout);
    default:
      return block satisfies never;
  }
}

function storeFigures(read: Read): readonly LiveFigure[] {
  const empty = read(STORE.polls) === 0 ? 0 : read(STORE.idlePolls) / read(STORE.polls);
  return [
    { label: 'Ready', text: writeCount(read(STORE.ready)) },
    ...some('Locked', read(STORE.locked)),
    ...some('Claimed', read(STORE.claimed)),
    ...some('Done and kept', read(STORE.kept)),
    ...some('Failed', read(STORE.failed)),
    ...some('Passed over', read(STORE.passed)),
    ...some('Dead versions', read(STORE.dead)),
    { label: 'Delay until found', text: writeDuration(read(STORE.addedDelayMs)) },
    { label: 'Statements', text: writeCount(read(STORE.statements)) },
    { label: 'Empty polls', text: writeShare(empty) },
    ...some('Waits for locks', read(STORE.lockWaits)),
    { label: 'Connections', text: `${read(STORE.connections)} of ${read(STORE.connectionsMax)}` },
    ...some('Waiting for a connection', read(STORE.connectionQueue)),
    { label: 'Busy', text: writeShare(read(STORE.utilisation)) },
  ];
}

function requestFigures(read: Read): readonly LiveFigure[] {
  return [
    { label: 'Asked', text: writeCount(read(REQUESTS.asked)) },
    { label: 'Answered', text: writeCount(read(REQUESTS.answered)) },
    { label: 'Waiting', text: writeCount(read(REQUESTS.waiting)) },
    { label: 'Given up', text: writeCount(read(REQUESTS.givenUp)) },
    ...some('Attempts timed out', read(REQUESTS.timedOut)),
    ...some('Late answers', read(REQUESTS.late)),
    ...some('Answered twice', read(REQUESTS.duplicates)),
    ...some('Stray answers', read(REQUESTS.strays)),
    ...some('Abandoned', read(REQUESTS.abandoned)),
    { label: 'Round trip p50', text: writeDuration(read(REQUESTS.p50Ns) / 1e6) },
    { label: 'Round trip p99', text: writeDuration(read(REQUESTS.p99Ns) / 1e6) },
  ];
}

/** A figure that is told once there is something to tell. */
export function some(label: string, count: number): readonly LiveFigure[] {
  return count > 0 ? [{ label, text: writeCount(count) }] : [];
}

function producerFigures(block: ProducerBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  if (sentNowhere(values, block.at)) return [{ label: 'Sent nowhere', text: writeCount(read(PRODUCER.attempted)) }];
  return [
    { label: 'Facts', text: writeCount(read(PRODUCER.attempted)) },
    { label: 'Acknowledged', text: writeCount(read(PRODUCER.acknowledged)) },
    { label: 'Refused', text: writeCount(read(PRODUCER.refused)) },
    { label: 'Unknown', text: writeCount(read(PRODUCER.unknown)) },
    { label: 'Waiting', text: writeCount(read(PRODUCER.waiting)) },
  ];
}

function topicFigures(block: TopicBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  let records = 0;
  let leaderless = 0;
  for (let partition = 0; partition < block.partitions; partition += 1) {
    const of = reader(values, block.partitionsAt + partition * PARTITION.size);
    records += of(PARTITION.end) - of(PARTITION.start);
    if (of(PARTITION.leader) === 0) leaderless += 1;
  }
  return [
    { label: 'Records kept', text: writeCount(records) },
    { label: 'Size', text: writeBytes(read(TOPIC.bytes)) },
    { label: 'In-sync replicas', text: writeCount(read(TOPIC.insyncReplicas)) },
    ...(leaderless > 0 ? [{ label: 'Without a leader', text: writeCount(leaderless) }] : []),
  ];
}

function sqsFigures(block: SqsBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  const throttled = read(SQS.throttled);
  const empties = read(SQS.emptyReceives);
  const price = read(SQS.pricePerMillion);
  return [
    { label: 'Visible', text: writeCount(read(SQS.visible)) },
    { label: 'In flight', text: writeCount(read(SQS.inFlight)) },
    { label: 'Delayed', text: writeCount(read(SQS.delayed)) },
    { label: 'Oldest', text: writeDuration(Math.round(read(SQS.oldestNs) / 1e6)) },
    { label: 'Receives that wait', text: writeCount(read(SQS.waiting)) },
    { label: 'Sends', text: writeCount(read(SQS.sends)) },
    { label: 'Receives', text: writeCount(read(SQS.receives)) },
    { label: 'Empty receives', text: writeCount(empties) },
    { label: 'Deletes', text: writeCount(read(SQS.deletes)) },
    ...some('Visibility changes', read(SQS.changes)),
    ...costFigures(read(SQS.requests), price, values),
    ...(empties > 0
      ? [{ label: 'Empty ones of it', text: writeDollars(monthlyDollars(empties, price, values[HEADER.timeNs]!)) }]
      : []),
    ...(throttled > 0 ? [{ label: 'Throttled', text: writeCount(throttled) }] : []),
  ];
}

function snsFigures(block: SnsBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  return [
    { label: 'Published', text: writeCount(read(SNS.published)) },
    { label: 'Calls', text: writeCount(read(SNS.publishes)) },
    ...costFigures(read(SNS.requests), read(SNS.pricePerMillion), values),
  ];
}

/** What requests have cost so far, and what they would in a month that went on like this. */
function costFigures(requests: number, pricePerMillion: number, values: Float64Array): readonly LiveFigure[] {
  return [
    { label: 'Requests paid for', text: writeCount(requests) },
    { label: 'Cost', text: writeDollars((requests * pricePerMillion) / 1e6) },
    {
      label: 'A month like this',
      text: writeDollars(monthlyDollars(requests, pricePerMillion, values[HEADER.timeNs]!)),
    },
  ];
}

function clusterFigures(block: ClusterBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  const controller = read(CLUSTER.controller);
  return [
    { label: 'Brokers up', text: `${writeCount(read(CLUSTER.brokersUp))} of ${block.brokers}` },
    { label: 'Under-replicated', text: writeCount(read(CLUSTER.underReplicated)) },
    { label: 'Without a leader', text: writeCount(read(CLUSTER.offline)) },
    ...(controller >= 0 ? [{ label: 'Controller', text: `broker ${controller}` }] : []),
  ];
}

function exchangeFigures(block: ExchangeBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  return [
    { label: 'Published', text: writeCount(read(EXCHANGE.published)) },
    { label: 'Unroutable', text: writeCount(read(EXCHANGE.unroutable)) },
    { label: 'Returned', text: writeCount(read(EXCHANGE.returned)) },
  ];
}

function queueFigures(block: QueueBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  return [
    { label: 'Ready', text: writeCount(read(QUEUE.ready)) },
    { label: 'Unacknowledged', text: writeCount(read(QUEUE.unacknowledged)) },
    { label: 'Size', text: writeBytes(read(QUEUE.readyBytes)) },
    { label: 'Came in', text: writeCount(read(QUEUE.enqueued)) },
    { label: 'Delivered', text: writeCount(read(QUEUE.delivered)) },
    { label: 'Redelivered', text: writeCount(read(QUEUE.redelivered)) },
    { label: 'Acknowledged', text: writeCount(read(QUEUE.acknowledged)) },
    { label: 'Dead-lettered', text: writeCount(read(QUEUE.deadLettered)) },
    { label: 'Dropped', text: writeCount(read(QUEUE.dropped)) },
    { label: 'Refused', text: writeCount(read(QUEUE.refused)) },
  ];
}

function rabbitmqFigures(block: RabbitmqBlock, values: Float64Array): readonly LiveFigure[] {
  const read = reader(values, block.at);
  return [
    { label: 'Queues', text: writeCount(read(RABBITMQ.queues)) },
    { label: 'In all queues', text: writeBytes(read(RABBITMQ.bytes)) },
    { label: 'Memory alarm', text: read(RABBITMQ.alarm) === 1 ? 'on' : 'off' },
  ];
}

function consumerFigures(
  id: string,
  block: ConsumerBlock,
  values: Float64Array,
  layout: Layout,
): readonly LiveFigure[] {
  const read = reader(values, block.at);
  let lag = 0;
  let applied = 0;
  const subscriptions = layout.subscriptions.filter(({ consumers }) => consumers.includes(id));
  for (const subscription of subscriptions) {
    const of = reader(values, subscription.at);
    lag += of(SUBSCRIPTION.lag);
    applied += of(SUBSCRIPTION.applied);
  }
  const group = subscriptions.some(({ topic }) => layout.nodes[topic]?.kind === 'topic')
    ? layout.groups.find(({ name }) => name === block.group)
    : undefined;
  return [
    { label: 'Instances up', text: `${writeCount(read(CONSUMER.instancesUp))} of ${block.instances}` },
    ...(read(CONSUMER.wanted) < 0 ? [] : [{ label: 'Instances wanted', text: writeCount(read(CONSUMER.wanted)) }]),
    { label: 'Instance-seconds', text: writeCount(Math.round(read(CONSUMER.instanceSeconds))) },
    { label: 'Busy', text: writeCount(read(CONSUMER.busy)) },
    { label: 'Fetched, waiting', text: writeCount(read(CONSUMER.buffered)) },
    { label: 'Applied', text: writeCount(applied) },
    { label: behind(layout, subscriptions), text: writeCount(lag) },
    { label: 'Crashes', text: writeCount(read(CONSUMER.crashes)) },
    ...(group === undefined ? [] : groupFigures(group.kind, reader(values, group.at))),
  ];
}

const GROUP_WORDS = new Map<number, string>([
  [GROUP_STATE.empty, 'empty'],
  [GROUP_STATE.preparing, 'rebalancing'],
  [GROUP_STATE.completing, 'rebalancing'],
  [GROUP_STATE.stable, 'stable'],
  [GROUP_STATE.reconciling, 'reconciling'],
]);

function groupFigures(kind: GroupBlock['kind'], read: Read): readonly LiveFigure[] {
  // In a share group nothing comes to a halt when the partitions are shared out anew.
  if (kind === 'share')
    return [
      { label: 'Share group', text: GROUP_WORDS.get(read(GROUP.state)) ?? '' },
      { label: 'Assignments', text: writeCount(read(GROUP.generation)) },
    ];
  return [
    { label: 'Group', text: GROUP_WORDS.get(read(GROUP.state)) ?? '' },
    { label: 'Generation or epoch', text: writeCount(read(GROUP.generation)) },
    { label: 'Rebalances', text: writeCount(read(GROUP.rebalances)) },
  ];
}

/** What is behind, as whoever reads a log or a queue calls it. */
export function behind(layout: Layout, subscriptions: readonly SubscriptionBlock[]): string {
  return backlogWords(subscriptions.flatMap(({ topic }) => familyRead(layout.nodes[topic]?.kind) ?? [])).short;
}

/** What is wrong with a node or an edge at this moment, in a word; empty when nothing is. */
export function trouble(id: string, values: Float64Array, layout: Layout): string {
  const node = layout.nodes[id];
  if (node !== undefined) return HEALTH_WORDS.get(values[node.at] ?? 0) ?? '';
  const edge = layout.edges[id];
  return edge === undefined ? '' : (CONDITION_WORDS.get(values[edge.at] ?? 0) ?? '');
}

const HEALTH_WORDS = new Map<number, string>([
  [HEALTH.crashed, 'crashed'],
  [HEALTH.paused, 'paused'],
  [HEALTH.slow, 'slow'],
]);

const CONDITION_WORDS = new Map<number, string>([
  [CONDITION.cut, 'cut'],
  [CONDITION.dropAcks, 'drops acknowledgements'],
  [CONDITION.slow, 'slow'],
]);
