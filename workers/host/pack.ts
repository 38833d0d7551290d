/** Packing: from a run to the frames that a page reads. Reads the run, changes nothing. */
import {
  blockedAt,
  cursorLag,
  lagOf,
  digestOf,
  orderOf,
  owedOf,
  quantiles,
  instanceNs,
  requestsInFlight,
  stalledAt,
  toMs,
  underWayAt,
  verdictOf,
  waitingAt,
  type Run,
  isOfLog,
  logSource,
  sqsSource,
} from '../engine/engine.ts';
import type { LogSubscription } from '../engine/brokers/log/log-state.ts';
import type { SubscriptionState } from '../engine/ledger/subscription.ts';
import type { ClientState, SourceState } from '../engine/clients/client-state.ts';
import type { InstanceState } from '../engine/handlers/handler-state.ts';
import type { EdgeState } from '../engine/state.ts';
import {
  ANOMALY,
  CONDITION,
  CONSUMER,
  FLIGHT,
  GROUP,
  GROUP_STATE,
  GUARANTEE,
  HEADER,
  HEALTH,
  INSTANCE,
  INSTANCE_STATE,
  ORDER,
  POSITION,
  PRODUCER,
  PUBLISH,
  SUBSCRIBE,
  SUBSCRIPTION,
  type ConsumerBlock,
  type EdgeBlock,
  type GroupBlock,
  type Layout,
  type NodeBlock,
  type SubscriptionBlock,
} from '../protocol/frame.ts';
import { packExchange, packQueue, packRabbitmq } from './pack-amqp.ts';
import { packCluster } from './pack-cluster.ts';
import { roomFor } from './frame-room.ts';
import { shownInstances } from './shown-instances.ts';
import { packRequests } from './pack-requests.ts';
import { packStore } from './pack-store.ts';
import { packShares } from './pack-share.ts';
import { packSenders, packSns, packSqs } from './pack-sqs.ts';
import { healthOf, packTopic } from './pack-topic.ts';
import { anomaliesToSend, flightsToSend, packAnomalies, packFlights, type Packer } from './pack-news.ts';

export interface Head {
  readonly horizonNs: number;
  readonly status: number;
  readonly speed: number;
  readonly journalApplied: number;
}

/**
 * One frame: the gauges of everything in `layout`, and what has moved and gone wrong since the last frame. Into the
 * memory of `spent`, an earlier frame, when that fits.
 */
export function packFrame(
  run: Run,
  packer: Packer,
  layout: Layout,
  head: Head,
  spent: ArrayBuffer | null = null,
): ArrayBuffer {
  const flights = flightsToSend(run, packer);
  const anomalies = anomaliesToSend(run, packer);
  const flightsAt = layout.length;
  const anomaliesAt = flightsAt + flights.count * FLIGHT.size;
  const values = roomFor(anomaliesAt + anomalies * ANOMALY.size, spent);
  values[HEADER.layout] = layout.version;
  values[HEADER.timeNs] = run.nowNs;
  values[HEADER.horizonNs] = head.horizonNs;
  values[HEADER.status] = head.status;
  values[HEADER.speed] = head.speed;
  values[HEADER.events] = run.events;
  values[HEADER.messages] = run.messages.lastId;
  packDigest(run, values);
  values[HEADER.flightsAt] = flightsAt;
  values[HEADER.flights] = flights.count;
  values[HEADER.flightsLeftOut] = flights.leftOut;
  values[HEADER.anomaliesAt] = anomaliesAt;
  values[HEADER.anomalies] = anomalies;
  values[HEADER.journalApplied] = head.journalApplied;
  for (const id of layout.nodeIds) packNode(run, packer, id, layout.nodes[id]!, values);
  for (const id of Object.keys(layout.edges)) packEdge(run, id, layout.edges[id]!, values);
  packSubscriptions(run, layout, values);
  layout.groups.forEach((block, index) => packGroup(run, index, block, values));
  packFlights(run, packer, values, flightsAt, flights.count);
  packAnomalies(run, packer, layout, values, anomaliesAt, anomalies);
  return values.buffer;
}

function packDigest(run: Run, values: Float64Array): void {
  const hex = digestOf(run);
  values[HEADER.digestHigh] = Number.parseInt(hex.slice(0, 8), 16);
  values[HEADER.digestLow] = Number.parseInt(hex.slice(8), 16);
}

function packNode(run: Run, packer: Packer, id: string, block: NodeBlock, values: Float64Array): void {
  const { index } = run.places[id]!;
  if (block.kind === 'producer') packProducer(run, index, block.at, values);
  else if (block.kind === 'topic') packTopic(run, packer.strips, index, block, values);
  else if (block.kind === 'sqs') packSqs(run, index, block, values);
  else if (block.kind === 'sns') packSns(run, index, block, values);
  else if (block.kind === 'cluster') packCluster(run, index, block, values);
  else if (block.kind === 'store') packStore(run, index, block.at, values);
  else if (block.kind === 'exchange') packExchange(run, index, block, values);
  else if (block.kind === 'queue') packQueue(run, index, block, values);
  else if (block.kind === 'rabbitmq') packRabbitmq(run, block, values);
  else packConsumer(run, index, block, values);
}

function packProducer(run: Run, index: number, at: number, values: Float64Array): void {
  const producer = run.producers[index]!;
  values[at + PRODUCER.health] = healthOf(producer.process);
  for (const source of producer.sources) {
    const { ledger } = run.sources[source]!;
    values[at + PRODUCER.attempted]! += ledger.attempted;
    values[at + PRODUCER.acknowledged]! += ledger.acknowledged;
    values[at + PRODUCER.refused]! += ledger.refused;
    values[at + PRODUCER.unknown]! += ledger.unknown;
    values[at + PRODUCER.waiting]! += ledger.waiting;
  }
  // A producer that publishes nowhere still counts its facts.
  if (producer.sources.length === 0) values[at + PRODUCER.attempted] = producer.facts;
}

function packConsumer(run: Run, index: number, block: ConsumerBlock, values: Float64Array): void {
  const { at, instancesAt, requestsAt } = block;
  const consumer = run.consumers[index]!;
  if (consumer.requester !== null) packRequests(consumer.requester, requestsAt, values);
  const shown = shownInstances(run, consumer.instances);
  const alive = shown.map((instance) => run.instances[instance]!).filter((instance) => !instance.stopped);
  const starting = alive.filter((instance) => instance.starting).length;
  const down = alive.filter((instance) => instance.process.crashed).length - starting;
  const frozen = alive.filter((instance) => instance.process.frozen).length;
  const health =
    down === alive.length && down > 0
      ? HEALTH.crashed
      : frozen === alive.length && frozen > 0
        ? HEALTH.paused
        : HEALTH.up;
  values[at + CONSUMER.health] = health === HEALTH.up && consumer.slowFactor !== 1 ? HEALTH.slow : health;
  values[at + CONSUMER.instancesUp] = alive.length - down - starting;
  values[at + CONSUMER.applied] = consumer.applied;
  values[at + CONSUMER.wanted] = consumer.autoscaler?.wanted ?? -1;
  values[at + CONSUMER.instanceSeconds] = toMs(instanceNs(run, consumer)) / 1000;
  shown.forEach((instance, i) => {
    const place = instancesAt + i * INSTANCE.size;
    packInstance(run, run.instances[instance]!, place, values);
    values[at + CONSUMER.busy]! += values[place + INSTANCE.busy]!;
    values[at + CONSUMER.crashes]! += values[place + INSTANCE.crashes]!;
    values[at + CONSUMER.buffered]! += values[place + INSTANCE.buffered]!;
  });
}

function packInstance(run: Run, instance: InstanceState, at: number, values: Float64Array): void {
  values[at + INSTANCE.state] = instanceState(run, instance);
  values[at + INSTANCE.busy] = instance.workers.length - instance.idleWorkers;
  values[at + INSTANCE.buffered] = instance.records.tail - instance.records.head;
  values[at + INSTANCE.applied] = instance.applied;
  let partitions = 0;
  for (const reader of instance.readers) partitions += run.readers[reader]!.cursors.length;
  values[at + INSTANCE.partitions] = partitions;
  values[at + INSTANCE.crashes] = instance.crashes;
}

/** What a member of the newer protocol is doing. */
const RECONCILIATION = {
  stable: INSTANCE_STATE.stable,
  unrevoked: INSTANCE_STATE.revoking,
  unreleased: INSTANCE_STATE.waiting,
} as const;

function instanceState(run: Run, instance: InstanceState): number {
  if (instance.failure >= 0) return INSTANCE_STATE.failed;
  if (instance.starting && !instance.stopped) return INSTANCE_STATE.starting;
  if (instance.process.crashed || instance.stopped) return INSTANCE_STATE.down;
  if (instance.process.frozen) return INSTANCE_STATE.frozen;
  if (instance.phase === 'joining') return instance.member < 0 ? INSTANCE_STATE.joining : INSTANCE_STATE.rebalancing;
  if (instance.phase === 'down') return INSTANCE_STATE.down;
  const group = run.groups[run.consumers[instance.consumer]!.group]!;
  if (group.protocol === 'consumer' && instance.member >= 0)
    return RECONCILIATION[run.members[instance.member]!.reconciling];
  return group.state === 'stable' || group.state === 'empty' ? INSTANCE_STATE.stable : INSTANCE_STATE.rebalancing;
}

function conditionOf(edge: EdgeState): number {
  if (edge.cut) return CONDITION.cut;
  if (edge.dropAcks) return CONDITION.dropAcks;
  return edge.slowFactor === 1 ? CONDITION.ok : CONDITION.slow;
}

function packEdge(run: Run, id: string, block: EdgeBlock, values: Float64Array): void {
  const edge = run.edges[run.places[id]!.index]!;
  const { at } = block;
  if (block.kind === 'subscribe') {
    values[at + SUBSCRIBE.condition] = conditionOf(edge);
    values[at + SUBSCRIBE.fetched] = fetchedOver(run, edge);
    return;
  }
  const source = run.sources[edge.detail]!;
  values[at + PUBLISH.condition] = conditionOf(edge);
  values[at + PUBLISH.attempted] = source.ledger.attempted;
  values[at + PUBLISH.acknowledged] = source.ledger.acknowledged;
  values[at + PUBLISH.refused] = source.ledger.refused;
  values[at + PUBLISH.unknown] = source.ledger.unknown;
  values[at + PUBLISH.waiting] = source.ledger.waiting;
  values[at + PUBLISH.retries] = source.ledger.retries;
  values[at + PUBLISH.appended] = source.ledger.appended;
  values[at + PUBLISH.merged] = source.ledger.merged;
  values[at + PUBLISH.stalledNs] = stalledAt(run, source);
  values[at + PUBLISH.blocked] = blockedAt(run, source);
  if (source.family === 'amqp') packPublishers(run, source, at, values);
  if (source.family === 'sqs') packSenders(run, sqsSource(run, edge.detail), at, values);
  if (source.family === 'table') {
    values[at + PUBLISH.queued] = waitingAt(run, source.clients);
    values[at + PUBLISH.requestsInFlight] = underWayAt(run, source.clients);
  }
  if (source.family !== 'log') return;
  values[at + PUBLISH.bufferMemory] = logSource(run, edge.detail).settings.bufferMemory;
  for (const client of source.clients) packClient(run.clients[client]!, at, values);
}

function packPublishers(run: Run, { clients }: SourceState, at: number, values: Float64Array): void {
  for (const client of clients) {
    const publisher = run.amqp.publishers[client]!;
    values[at + PUBLISH.requestsInFlight]! += publisher.unconfirmed;
  }
}

/** Records or messages that came over an edge. */
function fetchedOver(run: Run, { kind, detail }: EdgeState): number {
  if (kind === 'sqsReceive') return run.sqs.feeds[detail]!.received;
  if (kind === 'snsSubscribe') return run.sqs.routes[detail]!.delivered;
  if (kind === 'amqpConsume') return run.amqp.feeds[detail]!.delivered;
  if (kind === 'poll') return run.polls[detail]!.found;
  return run.links[detail]!.fetched;
}

function packClient(client: ClientState, at: number, values: Float64Array): void {
  values[at + PUBLISH.queued]! += client.queuedMessages;
  values[at + PUBLISH.requestsInFlight]! += requestsInFlight(client);
  values[at + PUBLISH.bufferedBytes]! += client.bufferedBytes;
}

const GUARANTEES = {
  none: GUARANTEE.none,
  'at-most-once': GUARANTEE.atMostOnce,
  'at-least-once': GUARANTEE.atLeastOnce,
  'exactly-once effect': GUARANTEE.exactlyOnce,
} as const;
const ORDERS = { none: ORDER.none, 'per key': ORDER.perKey, global: ORDER.global } as const;

function packSubscriptions(run: Run, layout: Layout, values: Float64Array): void {
  const active = run.subscriptions.filter((subscription) => subscription.active);
  layout.subscriptions.forEach((block, index) => {
    const subscription = active[index]!;
    packLedger(subscription, block.at, values);
    if (!isOfLog(subscription)) {
      values[block.at + SUBSCRIPTION.lag] = lagOf(run, subscription);
      return;
    }
    packPositions(run, subscription, block, values);
    if (block.sharesAt >= 0) packShares(run, subscription, block, values);
  });
}

/** As `HIGH` has them, for one subscription after another. */
const high = new Float64Array(4);
const HIGH = [0.999, 0.99, 0.95, 0.5] as const;

/** Quantiles of its latencies, 0 while there are none. */
function packLatency({ latency }: SubscriptionState, at: number, values: Float64Array): void {
  quantiles(latency, HIGH, high);
  if (latency.total === 0) high.fill(0);
  values[at + SUBSCRIPTION.p999Ns] = high[0]!;
  values[at + SUBSCRIPTION.p99Ns] = high[1]!;
  values[at + SUBSCRIPTION.p95Ns] = high[2]!;
  values[at + SUBSCRIPTION.p50Ns] = high[3]!;
}

function packLedger(subscription: SubscriptionState, at: number, values: Float64Array): void {
  const { ledger } = subscription;
  values[at + SUBSCRIPTION.owed] = owedOf(ledger);
  // Named one by one: to look a figure up by a name that varies costs ten times as much.
  values[at + SUBSCRIPTION.delivered] = ledger.delivered;
  values[at + SUBSCRIPTION.applied] = ledger.applied;
  values[at + SUBSCRIPTION.lost] = ledger.lost;
  values[at + SUBSCRIPTION.gone] = ledger.gone;
  values[at + SUBSCRIPTION.recovered] = ledger.recovered;
  values[at + SUBSCRIPTION.unexpected] = ledger.unexpected;
  values[at + SUBSCRIPTION.duplicateDeliveries] = ledger.duplicateDeliveries;
  values[at + SUBSCRIPTION.duplicateEffects] = ledger.duplicateEffects;
  values[at + SUBSCRIPTION.outOfOrderPerKey] = ledger.outOfOrderPerKey;
  values[at + SUBSCRIPTION.outOfOrderGlobal] = ledger.outOfOrderGlobal;
  values[at + SUBSCRIPTION.skipped] = ledger.skipped;
  values[at + SUBSCRIPTION.unseen] = ledger.unseen;
  values[at + SUBSCRIPTION.inFlight] = ledger.inFlight;
  values[at + SUBSCRIPTION.expired] = ledger.expired;
  values[at + SUBSCRIPTION.dropped] = ledger.dropped;
  values[at + SUBSCRIPTION.deadLettered] = ledger.deadLettered;
  packLatency(subscription, at, values);
  values[at + SUBSCRIPTION.verdict] = GUARANTEES[verdictOf(ledger)];
  values[at + SUBSCRIPTION.order] = ORDERS[orderOf(ledger)];
}

function packPositions(run: Run, subscription: LogSubscription, block: SubscriptionBlock, values: Float64Array): void {
  const { members } = run.groups[subscription.group]!;
  let lag = 0;
  subscription.cursors.forEach((cursorIndex, partition) => {
    const cursor = run.cursors[cursorIndex]!;
    const at = block.positionsAt + partition * POSITION.size;
    const behind = cursorLag(run, cursor);
    lag += behind;
    values[at + POSITION.committed] = cursor.committed;
    values[at + POSITION.position] = cursor.reader >= 0 && cursor.fetchOffset >= 0 ? cursor.handed : -1;
    values[at + POSITION.owner] = members.indexOf(cursor.owner);
    values[at + POSITION.lag] = behind;
  });
  values[block.at + SUBSCRIPTION.lag] = lag;
}

function packGroup(run: Run, index: number, block: GroupBlock, values: Float64Array): void {
  const group = run.groups[index]!;
  values[block.at + GROUP.state] = GROUP_STATE[group.state];
  values[block.at + GROUP.generation] = group.generation;
  values[block.at + GROUP.members] = group.members.length;
  values[block.at + GROUP.rebalances] = group.rebalances;
  values[block.at + GROUP.sinceNs] = group.sinceNs;
  values[block.at + GROUP.newer] = group.protocol === 'consumer' ? 1 : 0;
}
