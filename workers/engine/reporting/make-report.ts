/** The report of a run as it stands. */
import { digestHex } from '../core/digest.ts';
import { mean, quantile, type Histogram } from '../core/histogram.ts';
import { toMs } from '../core/time.ts';
import { reportCheck } from '../checks.ts';
import { DISORDER_CAUSES, owedOf } from '../ledger/accounts.ts';
import { CLASS, obligationAt, rowsInUse, STATUS_ACKNOWLEDGED } from '../ledger/messages.ts';
import { lagOf, replayableOf } from '../observe/lag.ts';
import { namesOf, readersOf } from '../observe/subscriptions.ts';
import type {
  DisorderCause,
  EdgeReport,
  Evidence,
  LatencySummary,
  NodeReport,
  Report,
  SourceReport,
  SubscriptionReport,
} from '../report.ts';
import { leastInsync } from '../brokers/log/brokers.ts';
import { clusterFigures } from '../brokers/log/cluster/cluster-figures.ts';
import { isOfLog } from '../brokers/log/subscription.ts';
import type { SubscriptionState } from '../ledger/subscription.ts';
import { amqpEdgeFigures, brokerFigures, exchangeFigures, amqpPublishFigures, queueFigures } from '../amqp/figures.ts';
import { amqpSource } from '../amqp/publisher.ts';
import { requestsInFlight } from '../clients/connections.ts';
import { logSource } from '../clients/log-source.ts';
import { pressureFigures } from './pressure.ts';
import type { SourceState } from '../clients/client-state.ts';
import type { ConsumerState } from '../handlers/handler-state.ts';
import { instanceNs } from '../scaling/cost.ts';
import { placeFigures, sendingFigures, topicFigures } from '../sqs/figures.ts';
import { sqsSource } from '../sqs/sender.ts';
import type { Run } from '../state.ts';
import { insertFigures, pollFigures, storeFigures } from '../table/figures.ts';
import { tellEvidence } from './story.ts';
import { orderOf, verdictOf } from './verdict.ts';
import { M, O } from '../ledger/layout.ts';

export function makeReport(run: Run, engine: string): Report {
  return {
    format: 'sluice-report/1',
    engine,
    title: run.title,
    seed: run.seed,
    untilMs: toMs(run.nowNs),
    events: run.events,
    messages: run.messages.lastId,
    digest: digestHex(run.digest),
    nodes: run.design.nodes.flatMap((node) => reportNode(run, node.id, node.kind, node.name)),
    edges: run.design.edges.map((edge) => reportEdge(run, edge.id, edge.kind)),
    sources: run.sources.filter((source) => !source.gone).map((source) => reportSource(run, source)),
    subscriptions: run.subscriptions
      .filter((subscription) => subscription.active)
      .map((subscription) => reportSubscription(run, subscription)),
    checks: run.checks.map((check) => reportCheck(run, check)),
  };
}

function reportNode(run: Run, id: string, kind: string, name: string): NodeReport[] {
  const place = run.places[id];
  if (place === undefined || place.kind === 'annotation' || place.kind === 'edge') return [];
  if (place.kind === 'producer') return [{ id, kind, name, figures: { facts: run.producers[place.index]!.facts } }];
  if (place.kind === 'topic') {
    const topic = run.topics[place.index]!;
    const figures: Record<string, number> = { partitions: topic.partitions.length, insyncReplicas: leastInsync(topic) };
    figures['records'] = topic.partitions.reduce((n, log) => n + log.end - log.start - log.holes, 0);
    figures['recordsAppended'] = topic.partitions.reduce((n, log) => n + log.end, 0);
    figures['bytes'] = topic.partitions.reduce((n, log) => n + log.totalBytes, 0);
    const compacted = topic.partitions.reduce((n, log) => n + log.compacted, 0);
    if (topic.settings.cleanupPolicy !== 'delete') figures['recordsCompacted'] = compacted;
    topic.partitions.forEach((log, i) => {
      figures[`partition${i}End`] = log.end;
    });
    return [{ id, kind, name, figures }];
  }
  if (place.kind === 'sqs') return [{ id, kind, name, figures: placeFigures(run, place.index) }];
  if (place.kind === 'sns') return [{ id, kind, name, figures: topicFigures(run, place.index) }];
  if (place.kind === 'store') return [{ id, kind, name, figures: storeFigures(run, place.index) }];
  if (place.kind === 'cluster') return [{ id, kind, name, figures: clusterFigures(run, place.index) }];
  if (place.kind === 'exchange') return [{ id, kind, name, figures: exchangeFigures(run, place.index) }];
  if (place.kind === 'queue') return [{ id, kind, name, figures: queueFigures(run, place.index) }];
  if (place.kind === 'rabbitmq') return [{ id, kind, name, figures: brokerFigures(run) }];
  const consumer = run.consumers[place.index]!;
  const instances = consumer.instances.map((index) => run.instances[index]!).filter((instance) => !instance.stopped);
  const figures: Record<string, number> = {
    instances: instances.length,
    instancesUp: instances.filter((instance) => !instance.process.crashed).length,
    applied: consumer.applied,
    crashes: consumer.instances.reduce((n, index) => n + run.instances[index]!.crashes, 0),
    busyWorkers: instances.reduce((n, instance) => n + instance.workers.length - instance.idleWorkers, 0),
    instanceSeconds: toMs(instanceNs(run, consumer)) / 1000,
    ...scalingFigures(consumer),
    ...requestFigures(consumer),
  };
  return [{ id, kind, name, figures }];
}

function scalingFigures({ autoscaler }: ConsumerState): Record<string, number> {
  if (autoscaler === null) return {};
  const { wanted, most, ups, downs, lag, metric } = autoscaler;
  return {
    instancesWanted: wanted,
    instancesMost: most,
    scaledUp: ups,
    scaledDown: downs,
    backlogSeen: Math.max(0, lag),
    backlogCounted: Math.max(0, metric),
  };
}

/** [RR4] asked = answered + givenUp + abandoned + waiting, at every instant. */
function requestFigures({ requester }: ConsumerState): Record<string, number> {
  if (requester === null) return {};
  const { asks, open, sent, answered, timedOut, givenUp, abandoned, late, duplicates, strays, roundTrip } = requester;
  const times = summarize(roundTrip);
  return {
    asked: asks.tail,
    answered,
    givenUp,
    abandoned,
    waiting: open,
    requestsSent: sent,
    timedOut,
    lateAnswers: late,
    duplicateAnswers: duplicates,
    strayAnswers: strays,
    ...(times === null
      ? {}
      : {
          roundTripMeanMs: times.meanMs,
          roundTripP50Ms: times.p50Ms,
          roundTripP95Ms: times.p95Ms,
          roundTripP99Ms: times.p99Ms,
          roundTripMostMs: times.maxMs,
        }),
  };
}

function reportEdge(run: Run, id: string, kind: string): EdgeReport {
  const place = run.places[id]!;
  if (place.kind !== 'edge') return { id, kind, figures: {} };
  const edge = run.edges[place.index]!;
  if (edge.kind === 'subscribe') return { id, kind, figures: { fetched: run.links[edge.detail]!.fetched } };
  if (edge.kind === 'sqsReceive') return { id, kind, figures: { fetched: run.sqs.feeds[edge.detail]!.received } };
  if (edge.kind === 'snsSubscribe') {
    const { delivered, filtered } = run.sqs.routes[edge.detail]!;
    return { id, kind, figures: { delivered, filtered } };
  }
  if (edge.kind === 'sqsSend' || edge.kind === 'snsPublish') {
    const source = sqsSource(run, edge.detail);
    return { id, kind, figures: { ...sendingFigures(run, source), ...pressureFigures(run, source) } };
  }
  if (edge.kind === 'amqpPublish') {
    const source = amqpSource(run, edge.detail);
    return { id, kind, figures: { ...amqpPublishFigures(run, source), ...pressureFigures(run, source) } };
  }
  if (edge.kind === 'insert') {
    const pressure = pressureFigures(run, run.sources[edge.detail]!);
    return { id, kind, figures: { ...insertFigures(run, edge.detail), ...pressure } };
  }
  if (edge.kind === 'poll') return { id, kind, figures: pollFigures(run, edge.detail) };
  if (edge.kind !== 'publish') return { id, kind, figures: amqpEdgeFigures(run, edge) };
  const source = logSource(run, edge.detail);
  const clients = source.clients.map((index) => run.clients[index]!);
  const sum = (figure: (client: (typeof clients)[number]) => number): number =>
    clients.reduce((n, client) => n + figure(client), 0);
  return {
    id,
    kind,
    figures: {
      attempted: source.ledger.attempted,
      appended: source.ledger.appended,
      retries: source.ledger.retries,
      queuedMessages: sum((client) => client.queuedMessages),
      bufferedBytes: sum((client) => client.bufferedBytes),
      blockedMessages: sum((client) => client.blocked),
      requestsInFlight: sum(requestsInFlight),
      ...pressureFigures(run, source),
    },
  };
}

function reportSource(run: Run, source: SourceState): SourceReport {
  const edge = run.edges[source.edge]!;
  const { attempted, acknowledged, refused, unknown, waiting, retries, appended, refusals } = source.ledger;
  return {
    edge: edge.id,
    node: edge.from,
    topic: edge.to,
    attempted,
    acknowledged,
    refused,
    unknown,
    waiting,
    retries,
    appended,
    refusals: { ...refusals },
  };
}

/** Null while nothing was recorded. */
export function summarize(histogram: Histogram): LatencySummary | null {
  if (histogram.total === 0) return null;
  const at = (q: number): number => toMs(quantile(histogram, q));
  return {
    count: histogram.total,
    meanMs: toMs(mean(histogram)),
    minMs: toMs(histogram.min),
    maxMs: toMs(histogram.max),
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    p999Ms: at(0.999),
  };
}

function reportSubscription(run: Run, subscription: SubscriptionState): SubscriptionReport {
  const { ledger } = subscription;
  const disorderCauses: Partial<Record<DisorderCause, number>> = {};
  DISORDER_CAUSES.forEach((cause, i) => {
    if (ledger.causes[i]! > 0) disorderCauses[cause] = ledger.causes[i]!;
  });
  const evidence: Record<string, Evidence[]> = {};
  for (const kind of Object.keys(ledger.evidence))
    evidence[kind] = ledger.evidence[kind]!.map((row) => tellEvidence(run, kind, row, subscription.family));
  return {
    family: subscription.family,
    ...namesOf(run, subscription),
    consumers: readersOf(run, subscription),
    owed: owedOf(ledger),
    delivered: ledger.delivered,
    applied: ledger.applied,
    lost: ledger.lost,
    gone: ledger.gone,
    expired: ledger.expired,
    superseded: ledger.superseded,
    dropped: ledger.dropped,
    deadLettered: ledger.deadLettered,
    inFlight: ledger.inFlight,
    recovered: ledger.recovered,
    unexpected: ledger.unexpected,
    duplicateDeliveries: ledger.duplicateDeliveries,
    duplicateEffects: ledger.duplicateEffects,
    repeatedWork: ledger.repeatedWork,
    outOfOrderPerKey: ledger.outOfOrderPerKey,
    outOfOrderGlobal: ledger.outOfOrderGlobal,
    disorderCauses,
    disorderDistanceMax: ledger.disorderDistanceMax,
    skipped: ledger.skipped,
    unseen: ledger.unseen,
    unseenOldestMs: oldestUnseenMs(run, subscription),
    lag: lagOf(run, subscription),
    lagMax: Math.max(subscription.lagMax, lagOf(run, subscription)),
    rebalances: isOfLog(subscription) ? run.groups[subscription.group]!.rebalances : 0,
    replayable: replayableOf(run, subscription),
    verdict: verdictOf(ledger),
    order: orderOf(ledger),
    latency: summarize(subscription.latency),
    wait: summarize(subscription.wait),
    evidence,
  };
}

/** Age of the oldest message that is acknowledged and not yet delivered, 0 for none. */
function oldestUnseenMs(run: Run, subscription: SubscriptionState): number {
  const { messages } = run;
  const { obligations } = messages;
  let oldestNs = run.nowNs;
  for (const row of rowsInUse(messages)) {
    if (messages.int[row + M.status] !== STATUS_ACKNOWLEDGED) continue;
    for (let slot = 0; slot < messages.num[row + M.owedCount]!; slot += 1) {
      const i = obligationAt(messages, row, slot);
      if (obligations.rows[i + O.subscription] !== subscription.index) continue;
      if (obligations.rows[i + O.class] === CLASS.inFlight && obligations.rows[i + O.delivered] === 0)
        oldestNs = Math.min(oldestNs, messages.num[row + M.producedNs]!);
    }
  }
  return toMs(run.nowNs - oldestNs);
}
