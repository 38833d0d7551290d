/** Brings a run to rest: sources fall silent, everything is up, connected and quick, and time passes. For tests. */
import type { Scenario } from '../../scenario/document.ts';
import { applyChange, fromMs, nowNs, runUntil, type Run } from '../engine.ts';
import { checkSettled } from './laws.ts';

const STEP_MS = 20_000;
/** A slow request over a slow edge may be under way for most of an hour. */
const PATIENCE_MS = 8_000_000;

/**
 * @param past the scenario whose run it is: what it may have lost can have to be made good by new processes
 * @throws AssertionFailure naming what did not settle.
 */
export function settle(run: Run, past: Scenario): void {
  applyChange(run, { edit: run.design.faults.map(({ id }) => ({ op: 'remove', in: 'faults', id })) });
  for (let edge = loopOf(run.design); edge !== undefined; edge = loopOf(run.design))
    applyChange(run, { edit: [{ op: 'remove', in: 'edges', id: edge.id }] });
  // What ends by itself ends.
  runUntil(run, nowNs(run) + fromMs(10_000));
  for (const node of run.design.nodes) calmNode(run, node);
  for (const edge of run.design.edges) calmEdge(run, edge);
  if (mayLoseAnswers(past)) startAnew(run);
  for (let waitedMs = 0; ; waitedMs += STEP_MS) {
    runUntil(run, nowNs(run) + fromMs(STEP_MS));
    try {
      checkSettled(run);
      return;
    } catch (error) {
      if (waitedMs >= PATIENCE_MS) throw error;
    }
  }
}

function calmNode(run: Run, { id, kind }: Scenario['nodes'][number]): void {
  const set = (values: Readonly<Record<string, unknown>>): void =>
    applyChange(run, { edit: [{ op: 'change', in: 'nodes', id, set: values }] });
  if (kind === 'note' || kind === 'frame') return;
  if (kind === 'producer') set({ arrivals: { type: 'constant', ratePerSecond: 0 } });
  if (kind === 'client') set({ callers: 0, arrivals: { type: 'constant', ratePerSecond: 0 } });
  if (kind === 'consumer')
    set({
      workMs: { type: 'constant', mean: 1 },
      crash: { mtbfMs: 0, restartMs: 0 },
      autoscale: {},
      failureRate: 0,
      poisonRate: 0,
    });
  // A message whose time is over before it was worked on, or that no delete ever reaches, comes back for ever.
  if (kind === 'sqs')
    set({ duplicateRate: 0, visibilityTimeoutMs: 600_000, delayMs: 0, maxInFlight: 120_000, callsPerSecond: 300 });
  // Publishers are blocked for as long as nobody reads what fills the memory.
  if (kind === 'rabbitmq') set({ memoryHighWatermark: -1 });
  applyChange(run, { fault: { do: 'resume', target: id } });
  applyChange(run, { fault: { do: 'slow', target: id, factor: 1 } });
  if (kind === 'cluster') startBrokers(run, id);
  else if (kind === 'consumer' || kind === 'client') {
    startCrashed(run, id);
    applyChange(run, { fault: { do: 'resumePartitions', target: id } });
  } else applyChange(run, { fault: { do: 'restart', target: id } });
}

/**
 * [RC11] An acknowledgement that RabbitMQ never hears is not said again: what it was about stays in the hands of that connection,
 * and counts against its prefetch.
 */
function mayLoseAnswers(past: Scenario): boolean {
  const loss = [...JSON.stringify(past).matchAll(/"loss":([^,}]+)/g)].some(([, share]) => Number(share) > 1e-9);
  return loss || JSON.stringify(past).includes('"dropAcks"');
}

/** Every process that consumes from a queue of RabbitMQ is another one. */
function startAnew(run: Run): void {
  for (const { id, gone, family } of run.consumers) {
    if (gone || family !== 'amqp') continue;
    applyChange(run, { fault: { do: 'crash', target: id } });
    startCrashed(run, id);
  }
}

/** Starts the instances that are down; the others are left alone. */
function startCrashed(run: Run, id: string): void {
  for (const index of run.consumers[run.places[id]!.index]!.instances) {
    const instance = run.instances[index]!;
    if (instance.process.crashed && !instance.stopped)
      applyChange(run, { fault: { do: 'restart', target: id, instance: instance.index } });
  }
}

/** The same for brokers, which hear each other again. */
function startBrokers(run: Run, id: string): void {
  applyChange(run, { fault: { do: 'heal', target: id } });
  for (const index of run.clusters[run.places[id]!.index]!.brokers) {
    const { process, number } = run.brokers[index]!;
    if (process.crashed) applyChange(run, { fault: { do: 'restart', target: id, instance: number } });
  }
}

function calmEdge(run: Run, edge: Scenario['edges'][number]): void {
  const { id, kind } = edge;
  if (kind === 'host') return;
  applyChange(run, { fault: { do: 'heal', target: id } });
  applyChange(run, { fault: { do: 'slow', target: id, factor: 1 } });
  // A member that needs longer for what it fetched than its poll interval never gets anywhere, in Kafka too.
  // A consumer whose poll throws for want of an offset reads nothing, ever.
  const patient = { network: {}, maxPollIntervalMs: 3_600_000, autoOffsetReset: 'earliest', fetchMinBytes: 1 };
  // Nor does one come to an end that saves nothing.
  const saving = kind === 'subscribe' && edge.commit === 'manual' ? { commit: 'after' } : {};
  // What a static member was to give up, and died before, is read by nobody until the next round.
  const isStatic = kind === 'subscribe' && (edge.staticMembership ?? 'none') !== 'none';
  const another = isStatic ? { assignor: 'sticky' } : {};
  const receiving = { network: {}, visibilityTimeoutMs: -1, extendEveryMs: 0 };
  if (kind === 'redrive') return;
  // Nor what fails for ever and is always tried again, or waits for a poll that is an hour away.
  const quick = { network: {}, intervalMs: { type: 'constant', mean: 200 }, maxAttempts: 3, retryDelayMs: 0 };
  const calm = kind === 'sqsReceive' ? receiving : kind === 'poll' ? quick : { network: {} };
  const values = kind === 'subscribe' ? { ...patient, ...saving, ...another } : calm;
  applyChange(run, { edit: [{ op: 'change', in: 'edges', id, set: values }] });
}

/**
 * The first edge over which a handler publishes to where it reads from, by whatever detours; undefined for none. With one,
 * a run never comes to rest. Brokers end circles of their own.
 */
function loopOf({ nodes, edges }: Pick<Scenario, 'nodes' | 'edges'>): Scenario['edges'][number] | undefined {
  const kinds = new Map(nodes.map(({ id, kind }) => [id, kind]));
  const reached = (id: string, seen: Set<string>): Set<string> => {
    for (const edge of edges) {
      // What comes back to a client ends there.
      if (edge.from !== id || seen.has(edge.to) || kinds.get(edge.to) === 'client') continue;
      seen.add(edge.to);
      reached(edge.to, seen);
    }
    return seen;
  };
  return edges.find(({ from, to }) => kinds.get(from) === 'consumer' && reached(to, new Set([to])).has(from));
}
