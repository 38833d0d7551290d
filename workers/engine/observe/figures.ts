/** The figures that charts show, read from a run at one instant. Names as the protocol's `SeriesSet` gives them. */
import type { SubscriptionState } from '../brokers/log/log-state.ts';
import type { ClientState, SourceState } from '../clients/client-state.ts';
import type { Run } from '../state.ts';
import { lagOf } from './lag.ts';
import type { SampleSink } from './series.ts';

export function readFigures(run: Run, sink: SampleSink): void {
  for (const source of run.sources) if (!source.gone) readSource(run, source, sink);
  for (const subscription of run.subscriptions) if (subscription.active) readSubscription(run, subscription, sink);
  for (const consumer of run.consumers) {
    if (consumer.gone) continue;
    let busy = 0;
    for (const index of consumer.instances)
      busy += run.instances[index]!.workers.length - run.instances[index]!.idleWorkers;
    sink.value(`consumer:${consumer.id}:busy`, busy);
  }
}

function readSource(run: Run, source: SourceState, sink: SampleSink): void {
  const prefix = `publish:${run.edges[source.edge]!.id}`;
  const { ledger } = source;
  sink.value(`${prefix}:attempted`, ledger.attempted);
  sink.value(`${prefix}:acknowledged`, ledger.acknowledged);
  sink.value(`${prefix}:refused`, ledger.refused);
  sink.value(`${prefix}:unknown`, ledger.unknown);
  sink.value(`${prefix}:retries`, ledger.retries);
  const sum = (figure: (client: ClientState) => number): number =>
    source.clients.reduce((n, index) => n + figure(run.clients[index]!), 0);
  sink.value(
    `${prefix}:queued`,
    sum((client) => client.queuedMessages),
  );
  sink.value(
    `${prefix}:blocked`,
    sum((client) => client.blocked),
  );
  sink.value(
    `${prefix}:bufferedBytes`,
    sum((client) => client.bufferedBytes),
  );
  sink.value(
    `${prefix}:requestsInFlight`,
    sum((client) => client.inFlight.length),
  );
}

const ANOMALY_LABELS = {
  duplicateEffects: 'Duplicate effects',
  lost: 'Messages lost',
  outOfOrderPerKey: 'Out of order',
  expired: 'Deleted unread',
} as const;

function readSubscription(run: Run, subscription: SubscriptionState, sink: SampleSink): void {
  const group = run.groups[subscription.group]!;
  const prefix = `subscription:${run.topics[subscription.topic]!.id}:${group.name}`;
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
  ] as const) {
    sink.value(`${prefix}:${figure}`, ledger[figure]);
  }
  sink.value(`${prefix}:lag`, lagOf(run, subscription));
  sink.latencies(prefix, subscription.latency);
  markAnomalies(run, subscription, prefix, sink);
  if (sink.total(`${prefix}:rebalances`, group.rebalances) < group.rebalances)
    sink.mark(group.sinceNs, 'rebalance', `Rebalance of ${group.name}`);
}

/** A tick on the timeline where an anomaly was found since the last sample, dated to the first of them that is known. */
function markAnomalies(run: Run, subscription: SubscriptionState, prefix: string, sink: SampleSink): void {
  const { ledger } = subscription;
  for (const figure of Object.keys(ANOMALY_LABELS) as (keyof typeof ANOMALY_LABELS)[]) {
    const before = sink.total(`${prefix}:${figure}`, ledger[figure]);
    if (ledger[figure] <= before) continue;
    sink.mark(firstInstant(subscription, figure, before) ?? run.nowNs, 'anomaly', ANOMALY_LABELS[figure]);
  }
}

const EVIDENCE_OF = {
  duplicateEffects: 'duplicateEffect',
  lost: 'lost',
  outOfOrderPerKey: 'outOfOrder',
  expired: 'expired',
} as const;

/** The instant of the anomaly after the first `before` ones, if its evidence was kept. */
function firstInstant(
  subscription: SubscriptionState,
  figure: keyof typeof EVIDENCE_OF,
  before: number,
): number | undefined {
  return subscription.ledger.evidence[EVIDENCE_OF[figure]]?.[before]?.timeNs;
}
