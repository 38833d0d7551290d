/** Scenarios for theory: everything but what a model speaks of takes no time, and a group reads from the beginning. */
import { createRun, type Run } from '../../../engine/engine.ts';
import type { Fault, Scenario, ScenarioEdge, ScenarioNode } from '../../../scenario/document.ts';
import { validateScenario } from '../../../scenario/validate.ts';

type NodeOf<Kind extends ScenarioNode['kind']> = Extract<ScenarioNode, { kind: Kind }>;
type EdgeOf<Kind extends ScenarioEdge['kind']> = Extract<ScenarioEdge, { kind: Kind }>;
type Settings<Item, Fixed extends keyof Item> = Partial<Omit<Item, Fixed>>;

/** Thrown for parameters that no document may have: a number beyond the range of its setting. */
export class NotExpressible extends Error {}

const place = { position: { x: 0, y: 0 } } as const;
const NO_TIME = { type: 'constant', mean: 0 } as const;
const instant = { latencyMs: NO_TIME } as const;

export function producer(id: string, settings: Settings<NodeOf<'producer'>, 'id' | 'kind'>): ScenarioNode {
  return { ...place, id, name: id, kind: 'producer', key: { type: 'none' }, ...settings };
}

export function topic(id: string, settings: Settings<NodeOf<'topic'>, 'id' | 'kind'> = {}): ScenarioNode {
  return { ...place, id, name: id, kind: 'topic', appendMs: 0, replicationMs: 0, retentionMs: -1, ...settings };
}

export function consumer(id: string, settings: Settings<NodeOf<'consumer'>, 'id' | 'kind'>): ScenarioNode {
  return { ...place, id, name: id, kind: 'consumer', ...settings };
}

export function publish(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'publish'>, 'id' | 'kind' | 'from' | 'to'> = {},
): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'publish', lingerMs: 0, network: instant, ...settings };
}

export function subscribe(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'subscribe'>, 'id' | 'kind' | 'from' | 'to'> = {},
): ScenarioEdge {
  return {
    id: `${from}-${to}`,
    from,
    to,
    kind: 'subscribe',
    network: instant,
    autoOffsetReset: 'earliest',
    commit: 'auto',
    initialRebalanceDelayMs: 0,
    ...settings,
  };
}

/** The broker itself, which takes no time. */
export function rabbitmq(settings: Settings<NodeOf<'rabbitmq'>, 'id' | 'kind'> = {}): ScenarioNode {
  const id = 'rabbitmq';
  return { ...place, id, name: id, kind: 'rabbitmq', confirmMs: 0, quorumMs: 0, ...settings };
}

export function queue(id: string, settings: Settings<NodeOf<'queue'>, 'id' | 'kind'> = {}): ScenarioNode {
  return { ...place, id, name: id, kind: 'queue', ...settings };
}

/** By the default exchange. */
export function enqueue(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'amqpPublish'>, 'id' | 'kind' | 'from' | 'to'> = {},
): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'amqpPublish', confirms: true, network: instant, ...settings };
}

export function consume(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'amqpConsume'>, 'id' | 'kind' | 'from' | 'to'>,
): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'amqpConsume', network: instant, ...settings };
}

export function deadLetter(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'deadLetter'>, 'id' | 'kind' | 'from' | 'to'> = {},
): ScenarioEdge {
  return { id: `dead-${from}-${to}`, from, to, kind: 'deadLetter', ...settings };
}

export function exchange(id: string, settings: Settings<NodeOf<'exchange'>, 'id' | 'kind'> = {}): ScenarioNode {
  return { ...place, id, name: id, kind: 'exchange', ...settings };
}

export function bind(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'bind'>, 'id' | 'kind' | 'from' | 'to'> = {},
): ScenarioEdge {
  return { id: `bind-${from}-${to}`, from, to, kind: 'bind', ...settings };
}

export function client(id: string, settings: Settings<NodeOf<'client'>, 'id' | 'kind'>): ScenarioNode {
  return { ...place, id, name: id, kind: 'client', key: { type: 'none' }, ...settings };
}

export function sqs(id: string, settings: Settings<NodeOf<'sqs'>, 'id' | 'kind'> = {}): ScenarioNode {
  return { ...place, id, name: id, kind: 'sqs', ...settings };
}

export function sendTo(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'sqsSend'>, 'id' | 'kind' | 'from' | 'to'> = {},
): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'sqsSend', network: instant, ...settings };
}

export function receive(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'sqsReceive'>, 'id' | 'kind' | 'from' | 'to'>,
): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'sqsReceive', network: instant, ...settings };
}

/** A database that takes no time. */
export function store(id: string, settings: Settings<NodeOf<'store'>, 'id' | 'kind'> = {}): ScenarioNode {
  const free = { writeMs: 0, deadRowsMs: 0, pinnedRowsMs: 0, keptRowsMs: 0 };
  return { ...place, id, name: id, kind: 'store', readMs: NO_TIME, commitMs: NO_TIME, ...free, ...settings };
}

export function insert(from: string, to: string): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'insert', network: instant };
}

export function poll(
  from: string,
  to: string,
  settings: Settings<EdgeOf<'poll'>, 'id' | 'kind' | 'from' | 'to'>,
): ScenarioEdge {
  return { id: `${from}-${to}`, from, to, kind: 'poll', network: instant, ...settings };
}

export interface Design {
  readonly nodes: readonly ScenarioNode[];
  readonly edges: readonly ScenarioEdge[];
  readonly faults?: readonly Fault[];
}

/** Starts a design at 0. Only a valid document is run. */
export function start({ nodes, edges, faults = [] }: Design, seed: number): Run {
  const scenario: Scenario = {
    format: 'sluice/1',
    title: 'Theory',
    notes: '',
    seed,
    nodes: [...nodes],
    edges: [...edges],
    faults: [...faults],
    checks: [],
    journal: [],
    view: {},
  };
  const { diagnostics } = validateScenario(scenario);
  const error = diagnostics.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new NotExpressible(`${error.path}: ${error.sentence}`);
  return createRun(scenario);
}

/** A hundred days, the last instant of a document. */
const INSTANT_MAX_S = 8_640_000;

/** Nanoseconds of an instant. */
export function instantNs(seconds: number): number {
  if (!(seconds <= INSTANT_MAX_S))
    throw new NotExpressible(`The run would take ${Math.ceil(seconds)} s of simulated time.`);
  return Math.round(seconds * 1e9);
}
