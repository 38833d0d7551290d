/** The layout of a run's frames: where everything is, until the design changes. */
import { fromMs, type Run, isOfLog, namesOf, readersOf } from '../engine/engine.ts';
import type { SubscriptionState } from '../engine/ledger/subscription.ts';
import type { EdgeState } from '../engine/state.ts';
import { BROKER, CLUSTER, REPLICA, type ClusterBlock } from '../protocol/frame-cluster.ts';
import {
  CONSUMER,
  GROUP,
  HEADER,
  INSTANCE,
  PARTITION,
  POSITION,
  PRODUCER,
  PUBLISH,
  SHARE,
  SUBSCRIBE,
  SUBSCRIPTION,
  TOPIC,
  type EdgeBlock,
  type GroupBlock,
  type Layout,
  type NodeBlock,
  type SubscriptionBlock,
} from '../protocol/frame.ts';
import { exchangeBlock, queueBlock, rabbitmqBlock } from './pack-amqp.ts';
import { shownInstances } from './shown-instances.ts';
import { SNS, SQS, SQS_TIMERS } from '../protocol/frame-sqs.ts';
import { STORE } from '../protocol/frame-store.ts';
import { REQUESTS } from '../protocol/frame-requests.ts';

/** Where everything of a run is in its frames, from now until its `layoutVersion` changes. */
export function layoutOf(run: Run, version: number): Layout {
  let at: number = HEADER.size;
  const take = (size: number): number => {
    const start = at;
    at += size;
    return start;
  };
  const nodes: Record<string, NodeBlock> = {};
  const edges: Record<string, EdgeBlock> = {};
  const nodeIds: string[] = [];
  for (const node of run.design.nodes) {
    const block = nodeBlock(run, node.id, take);
    if (block === null) continue;
    nodes[node.id] = block;
    nodeIds.push(node.id);
  }
  const subscriptions = run.subscriptions
    .filter((subscription) => subscription.active)
    .map((subscription) => subscriptionBlock(run, subscription, take));
  const edgeIds = run.edges.map((edge) => edge.id);
  for (const edge of run.edges)
    if (!edge.gone && TOLD.has(edge.kind)) edges[edge.id] = edgeBlock(run, edge, subscriptions, take);
  const groups = run.groups.map((group): GroupBlock => ({
    name: group.name,
    kind: group.kind,
    at: take(GROUP.size),
    members: group.members.map((index) => describeInstance(run, run.members[index]!.instance)),
  }));
  return { version, length: at, nodeIds, edgeIds, nodes, edges, subscriptions, groups };
}

function describeInstance(run: Run, index: number): { node: string; instance: number } {
  const instance = run.instances[index]!;
  return { node: run.consumers[instance.consumer]!.id, instance: instance.index };
}

function nodeBlock(run: Run, id: string, take: (size: number) => number): NodeBlock | null {
  const place = run.places[id];
  if (place?.kind === 'producer') return { kind: 'producer', at: take(PRODUCER.size) };
  if (place?.kind === 'topic') {
    const partitions = run.topics[place.index]!.partitions.length;
    return { kind: 'topic', at: take(TOPIC.size), partitionsAt: take(PARTITION.size * partitions), partitions };
  }
  if (place?.kind === 'sqs') return { kind: 'sqs', at: take(SQS.size), timersAt: take(SQS_TIMERS) };
  if (place?.kind === 'sns') return { kind: 'sns', at: take(SNS.size) };
  if (place?.kind === 'cluster') return clusterBlock(run, place.index, take);
  if (place?.kind === 'exchange') return exchangeBlock(run, id, take);
  if (place?.kind === 'queue') return queueBlock(run, place.index, take);
  if (place?.kind === 'rabbitmq') return rabbitmqBlock(take);
  if (place?.kind === 'store') return { kind: 'store', at: take(STORE.size) };
  if (place?.kind !== 'consumer') return null;
  const consumer = run.consumers[place.index]!;
  const instances = shownInstances(run, consumer.instances).length;
  return {
    kind: 'consumer',
    at: take(CONSUMER.size),
    instancesAt: take(INSTANCE.size * instances),
    instances,
    group: run.groups[consumer.group]!.name,
    requestsAt: consumer.requester === null ? -1 : take(REQUESTS.size),
  };
}

function clusterBlock(run: Run, index: number, take: (size: number) => number): ClusterBlock {
  const brokers = run.clusters[index]!.brokers.length;
  const at = take(CLUSTER.size);
  const brokersAt = take(BROKER.size * brokers);
  const topics = run.topics
    .filter((topic) => topic.cluster === index && !topic.gone)
    .map(({ id, partitions }) => {
      const replicas = Math.max(...partitions.map((log) => log.replicas.length));
      const size = REPLICA.size * partitions.length * replicas;
      return { topic: id, at: take(size), partitions: partitions.length, replicas };
    });
  return { kind: 'cluster', at, brokersAt, brokers, topics };
}

function subscriptionBlock(
  run: Run,
  subscription: SubscriptionState,
  take: (size: number) => number,
): SubscriptionBlock {
  const partitions = isOfLog(subscription) ? run.topics[subscription.topic]!.partitions.length : 0;
  const shared = isOfLog(subscription) && run.groups[subscription.group]!.kind === 'share';
  const link = run.links.find((one) => !one.gone && one.subscription === subscription.index);
  return {
    ...namesOf(run, subscription),
    consumers: readersOf(run, subscription),
    at: take(SUBSCRIPTION.size),
    positionsAt: take(POSITION.size * partitions),
    sharesAt: shared ? take(SHARE.size * partitions) : -1,
    lockNs: shared && link !== undefined ? fromMs(link.settings.share.lockDurationMs) : 0,
    partitions,
  };
}

/** What an edge that reads reads for, as index into `run.subscriptions`. */
function subscriptionOf(run: Run, { kind, detail }: EdgeState): number {
  if (kind === 'sqsReceive') return run.sqs.places[run.sqs.feeds[detail]!.place]!.subscription;
  if (kind === 'snsSubscribe') return run.sqs.places[run.sqs.routes[detail]!.place]!.subscription;
  if (kind === 'amqpConsume') return run.amqp.feeds[detail]!.subscription;
  if (kind === 'poll') return run.stores[run.polls[detail]!.store]!.subscription;
  return run.links[detail]!.subscription;
}

/** Edges that messages are published along. */
const PUBLISHING: ReadonlySet<EdgeState['kind']> = new Set([
  'publish',
  'sqsSend',
  'snsPublish',
  'amqpPublish',
  'insert',
]);

/** Edges over which something moves that frames tell of. */
const TOLD: ReadonlySet<EdgeState['kind']> = new Set([
  'publish',
  'subscribe',
  'sqsSend',
  'sqsReceive',
  'snsPublish',
  'snsSubscribe',
  'amqpPublish',
  'amqpConsume',
  'insert',
  'poll',
]);

function edgeBlock(
  run: Run,
  edge: EdgeState,
  subscriptions: readonly SubscriptionBlock[],
  take: (size: number) => number,
): EdgeBlock {
  if (PUBLISHING.has(edge.kind)) return { kind: 'publish', at: take(PUBLISH.size), subscription: -1 };
  const subscription = run.subscriptions[subscriptionOf(run, edge)]!;
  const { topic, group } = namesOf(run, subscription);
  const index = subscriptions.findIndex((block) => block.topic === topic && block.group === group);
  return { kind: 'subscribe', at: take(SUBSCRIBE.size), subscription: index };
}
