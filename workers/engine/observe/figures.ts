/** The figures that charts show, read from a run at one instant. Names as the protocol's `SeriesSet` gives them. */
import { publishersOf } from '../amqp/figures.ts';
import { publishesToAmqp } from '../amqp/publisher.ts';
import { blockedAt } from '../clients/rooms.ts';
import { requestsInFlight } from '../clients/connections.ts';
import type { ConsumerState } from '../handlers/handler-state.ts';
import type { SubscriptionState } from '../ledger/subscription.ts';
import type { ClientState, SourceState } from '../clients/client-state.ts';
import { ANOMALIES, type Anomaly } from '../ledger/accounts.ts';
import { sendersHold } from '../sqs/sender.ts';
import type { SqsSource } from '../sqs/sqs-state.ts';
import type { Run } from '../state.ts';
import type { StoreState } from '../table/state.ts';
import { ANOMALY_CAPACITY } from './anomalies.ts';
import { isOfLog } from '../brokers/log/subscription.ts';
import { lagOf } from './lag.ts';
import { namesOf, readersOf } from './subscriptions.ts';
import { underWayAt, utilisationOf, waitingAt } from '../table/figures.ts';
import type { SampleSink } from './series.ts';

/** Writes every figure of the run at its present instant. Reads only. */
export function readFigures(run: Run, sink: SampleSink): void {
  for (const source of run.sources) if (!source.gone) readSource(run, source, sink);
  for (const subscription of run.subscriptions) if (subscription.active) readSubscription(run, subscription, sink);
  for (const consumer of run.consumers) {
    if (consumer.gone) continue;
    let busy = 0;
    for (const index of consumer.instances)
      busy += run.instances[index]!.workers.length - run.instances[index]!.idleWorkers;
    sink.value(`consumer:${consumer.id}:busy`, busy);
    if (consumer.autoscaler !== null) readScaling(run, consumer, sink);
    readRequests(consumer, sink);
  }
  for (const store of run.stores) if (!store.gone) readStore(run, store, sink);
  markRebalances(run, sink);
  markAnomalies(run, sink);
}

function readStore(run: Run, { id, db }: StoreState, sink: SampleSink): void {
  const { counts, rows, kept, dead } = db;
  sink.value(`store:${id}:statements`, counts.statements);
  sink.value(`store:${id}:idlePolls`, counts.idlePolls);
  sink.value(`store:${id}:lockWaits`, counts.lockWaits);
  sink.value(`store:${id}:rows`, rows.ready.length + rows.claimed.length + kept);
  sink.value(`store:${id}:dead`, dead);
  sink.value(`store:${id}:utilisation`, utilisationOf(db, run.nowNs));
}

/** What became of a client's requests, and how long answers took. */
function readRequests({ id, requester }: ConsumerState, sink: SampleSink): void {
  if (requester === null) return;
  const prefix = `client:${id}`;
  sink.value(`${prefix}:answered`, requester.answered);
  sink.value(`${prefix}:givenUp`, requester.givenUp);
  sink.value(`${prefix}:late`, requester.late);
  sink.value(`${prefix}:waiting`, requester.open);
  sink.latencies(prefix, requester.roundTrip);
}

/** Those that are paid for, and those of them that run. */
function readScaling(run: Run, { id, instances }: ConsumerState, sink: SampleSink): void {
  const there = instances.filter((index) => !run.instances[index]!.stopped);
  sink.value(`consumer:${id}:instances`, there.length);
  sink.value(`consumer:${id}:instancesUp`, there.filter((index) => !run.instances[index]!.process.crashed).length);
}

function readSource(run: Run, source: SourceState, sink: SampleSink): void {
  const prefix = `publish:${run.edges[source.edge]!.id}`;
  const { ledger } = source;
  sink.value(`${prefix}:attempted`, ledger.attempted);
  sink.value(`${prefix}:acknowledged`, ledger.acknowledged);
  sink.value(`${prefix}:refused`, ledger.refused);
  sink.value(`${prefix}:unknown`, ledger.unknown);
  sink.value(`${prefix}:retries`, ledger.retries);
  if (ledger.merged > 0) sink.value(`${prefix}:merged`, ledger.merged);
  sink.value(`${prefix}:blocked`, blockedAt(run, source));
  if (publishesToAmqp(source)) {
    const unconfirmed = publishersOf(run, source).reduce((n, each) => n + each.unconfirmed, 0);
    sink.value(`${prefix}:requestsInFlight`, unconfirmed);
    return;
  }
  if (source.family === 'sqs') {
    const { waiting, calls } = sendersHold(run, source as SqsSource);
    sink.value(`${prefix}:queued`, waiting);
    sink.value(`${prefix}:requestsInFlight`, calls);
  }
  if (source.family === 'table') {
    sink.value(`${prefix}:queued`, waitingAt(run, source.clients));
    sink.value(`${prefix}:requestsInFlight`, underWayAt(run, source.clients));
  }
  if (source.family !== 'log') return;
  const sum = (figure: (client: ClientState) => number): number =>
    source.clients.reduce((n, index) => n + figure(run.clients[index]!), 0);
  sink.value(
    `${prefix}:queued`,
    sum((client) => client.queuedMessages),
  );
  sink.value(
    `${prefix}:bufferedBytes`,
    sum((client) => client.bufferedBytes),
  );
  sink.value(`${prefix}:requestsInFlight`, sum(requestsInFlight));
}

function readSubscription(run: Run, subscription: SubscriptionState, sink: SampleSink): void {
  const { topic, group } = namesOf(run, subscription);
  const prefix = `subscription:${topic}:${group}`;
  const { ledger } = subscription;
  for (const figure of [
    'applied',
    'delivered',
    'duplicateEffects',
    'lost',
    'outOfOrderPerKey',
    'outOfOrderGlobal',
    'inFlight',
    'expired',
    'dropped',
    'deadLettered',
  ] as const) {
    sink.value(`${prefix}:${figure}`, ledger[figure]);
  }
  sink.value(`${prefix}:lag`, lagOf(run, subscription));
  sink.latencies(prefix, subscription.latency);
}

function markRebalances(run: Run, sink: SampleSink): void {
  run.groups.forEach(({ name, rebalances, sinceNs }, index) => {
    // Of several between two samples only the instant of the newest is still known.
    if (rebalances > sink.total(`rebalances:${name}`, rebalances))
      sink.mark(sinceNs, 'rebalance', `Rebalance of ${consumerOf(run, index)}`);
  });
}

/** How a mark calls an anomaly. A refusal is a definite no, and breaks no promise: it gets none. */
const MARK_WORDS: Readonly<Record<Anomaly, string | null>> = {
  lost: 'Lost',
  gone: 'Gone',
  duplicateEffect: 'Duplicate effect',
  outOfOrder: 'Out of order',
  unexpected: 'Applied though refused',
  refused: null,
  expired: 'Deleted unread',
  dropped: 'Dropped',
  deadLettered: 'Dead-lettered',
  skipped: 'Skipped',
};

/** Marks what was found since the last sample at its own instant, as far back as the ring of anomalies reaches. */
function markAnomalies(run: Run, sink: SampleSink): void {
  const { count, timeNs, kind, place } = run.anomalies;
  const seen = sink.total('anomalies', count);
  for (let i = Math.max(seen, count - ANOMALY_CAPACITY); i < count; i++) {
    const row = i & (ANOMALY_CAPACITY - 1);
    const word = MARK_WORDS[ANOMALIES[kind[row]!]!];
    const subscription = run.subscriptions[place[row]!];
    if (word === null || subscription === undefined) continue;
    sink.mark(timeNs[row]!, 'anomaly', `${word} in ${readerOf(run, subscription)}`);
  }
}

/** A subscription as a person knows it: by the name of its first consumer. */
function readerOf(run: Run, subscription: SubscriptionState): string {
  if (isOfLog(subscription)) return consumerOf(run, subscription.group);
  const id = readersOf(run, subscription)[0] ?? subscription.node;
  return run.design.nodes.find((node) => node.id === id)?.name ?? id;
}

/** A group as a person knows it: by the name of its first consumer. */
function consumerOf(run: Run, group: number): string {
  const id = run.consumers.find((consumer) => consumer.group === group && !consumer.gone)?.id;
  return run.design.nodes.find((node) => node.id === id)?.name ?? run.groups[group]!.name;
}
