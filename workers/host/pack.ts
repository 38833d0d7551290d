/** Packing: from a run to the frames that a page reads. Reads the run, changes nothing. */
import {
  blockedAt,
  behind,
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
  logSource,
  sqsSource,
} from '../engine/engine.ts';
import type { LogSubscription } from '../engine/brokers/log/log-state.ts';
import type { SourceLedger } from '../engine/ledger/accounts.ts';
import type { SubscriptionState } from '../engine/ledger/subscription.ts';
import type { ClientState, ProducerState, SourceState } from '../engine/clients/client-state.ts';
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
  type GroupBlock,
  type Layout,
  type SubscriptionBlock,
} from '../protocol/frame.ts';
import { packExchange, packQueue, packRabbitmq } from './pack-amqp.ts';
import { packCluster } from './pack-cluster.ts';
import { roomFor } from './frame-room.ts';
import { holds, planFrames, type FramePlan, type PlacedConsumer, type PlacedNode } from './frame-plan.ts';
import { packRequests } from './pack-requests.ts';
import { packStore } from './pack-store.ts';
import { packShares } from './pack-share.ts';
import { packSenders, packSns, packSqs } from './pack-sqs.ts';
import { healthOf, packTopics } from './pack-topic.ts';
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
  if (!holds(packer.plan, run, layout)) packer.plan = planFrames(run, layout);
  packPlan(run, packer.plan, values);
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

function packPlan(run: Run, plan: FramePlan, values: Float64Array): void {
  for (const { producer, ledgers, at } of plan.producers) packProducer(producer, ledgers, at, values);
  packTopics(run, plan, values);
  for (const placed of plan.consumers) packConsumer(run, placed, values);
  for (const { index, block } of plan.others) packNode(run, index, block, values);
  for (const { edge, source, at } of plan.publishes) packPublish(run, edge, source, at, values);
  for (const { edge, at } of plan.reads) {
    values[at + SUBSCRIBE.condition] = conditionOf(edge);
    values[at + SUBSCRIBE.fetched] = fetchedOver(run, edge);
  }
  for (const { subscription, ofLog, block } of plan.subscriptions) {
    packLedger(subscription, block.at, values);
    if (ofLog === null) values[block.at + SUBSCRIPTION.lag] = lagOf(run, subscription);
    else packPositions(run, ofLog, block, values);
  }
}

/** A node of one of the rarer kinds. */
function packNode(run: Run, index: number, block: PlacedNode['block'], values: Float64Array): void {
  if (block.kind === 'sqs') packSqs(run, index, block, values);
  else if (block.kind === 'sns') packSns(run, index, block, values);
  else if (block.kind === 'cluster') packCluster(run, index, block, values);
  else if (block.kind === 'store') packStore(run, index, block.at, values);
  else if (block.kind === 'exchange') packExchange(run, index, block, values);
  else if (block.kind === 'queue') packQueue(run, index, block, values);
  else packRabbitmq(run, block, values);
}

function packProducer(
  producer: ProducerState,
  ledgers: readonly SourceLedger[],
  at: number,
  values: Float64Array,
): void {
  values[at + PRODUCER.health] = healthOf(producer.process);
  for (const ledger of ledgers) {
    values[at + PRODUCER.attempted]! += ledger.attempted;
    values[at + PRODUCER.acknowledged]! += ledger.acknowledged;
    values[at + PRODUCER.refused]! += ledger.refused;
    values[at + PRODUCER.unknown]! += ledger.unknown;
    values[at + PRODUCER.waiting]! += ledger.waiting;
  }
  // A producer that publishes nowhere still counts its facts.
  if (ledgers.length === 0) values[at + PRODUCER.attempted] = producer.facts;
}

function packConsumer(run: Run, { consumer, instances, block }: PlacedConsumer, values: Float64Array): void {
  const { at, instancesAt, requestsAt } = block;
  if (consumer.requester !== null) packRequests(consumer.requester, requestsAt, values);
  let alive = 0;
  let starting = 0;
  let crashed = 0;
  let frozen = 0;
  let place = instancesAt;
  for (const instance of instances) {
    const { process } = instance;
    if (!instance.stopped) {
      alive += 1;
      if (instance.starting) starting += 1;
      if (process.crashed) crashed += 1;
      if (process.frozen) frozen += 1;
    }
    packInstance(run, instance, place, values);
    values[at + CONSUMER.busy]! += values[place + INSTANCE.busy]!;
    values[at + CONSUMER.crashes]! += values[place + INSTANCE.crashes]!;
    values[at + CONSUMER.buffered]! += values[place + INSTANCE.buffered]!;
    place += INSTANCE.size;
  }
  const down = crashed - starting;
  const health = healthOfInstances(alive, down, frozen);
  values[at + CONSUMER.health] = health === HEALTH.up && consumer.slowFactor !== 1 ? HEALTH.slow : health;
  values[at + CONSUMER.instancesUp] = alive - down - starting;
  values[at + CONSUMER.applied] = consumer.applied;
  values[at + CONSUMER.wanted] = consumer.autoscaler?.wanted ?? -1;
  values[at + CONSUMER.instanceSeconds] = toMs(instanceNs(run, consumer)) / 1000;
}

function healthOfInstances(alive: number, down: number, frozen: number): number {
  if (down === alive && down > 0) return HEALTH.crashed;
  return frozen === alive && frozen > 0 ? HEALTH.paused : HEALTH.up;
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

function packPublish(run: Run, edge: EdgeState, source: SourceState, at: number, values: Float64Array): void {
  const { ledger } = source;
  values[at + PUBLISH.condition] = conditionOf(edge);
  values[at + PUBLISH.attempted] = ledger.attempted;
  values[at + PUBLISH.acknowledged] = ledger.acknowledged;
  values[at + PUBLISH.refused] = ledger.refused;
  values[at + PUBLISH.unknown] = ledger.unknown;
  values[at + PUBLISH.waiting] = ledger.waiting;
  values[at + PUBLISH.retries] = ledger.retries;
  values[at + PUBLISH.appended] = ledger.appended;
  values[at + PUBLISH.merged] = ledger.merged;
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
  const { cursors, committedOnly } = subscription;
  const { members } = run.groups[subscription.group]!;
  const { partitions } = run.topics[subscription.topic]!;
  let lag = 0;
  let at = block.positionsAt;
  for (const index of cursors) {
    const cursor = run.cursors[index]!;
    const records = behind(partitions[cursor.partition]!, cursor, committedOnly);
    lag += records;
    values[at + POSITION.committed] = cursor.committed;
    values[at + POSITION.position] = cursor.reader >= 0 && cursor.fetchOffset >= 0 ? cursor.handed : -1;
    values[at + POSITION.owner] = members.indexOf(cursor.owner);
    values[at + POSITION.lag] = records;
    at += POSITION.size;
  }
  values[block.at + SUBSCRIPTION.lag] = lag;
  if (block.sharesAt >= 0) packShares(run, subscription, block, values);
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
