/** Small scenarios for tests, written as they are read: `scenario().producer('p').topic('t').publish('p', 't').build()`. */
import type { Check, Fault, JournalEntry, Scenario, ScenarioEdge, ScenarioNode } from '../../scenario/document.ts';

type Settings<Item, Kind, Fixed extends string> = Partial<Omit<Extract<Item, { kind: Kind }>, Fixed | 'kind'>>;
type NodeSettings<Kind extends ScenarioNode['kind']> = Settings<ScenarioNode, Kind, 'id'>;
type EdgeSettings<Kind extends ScenarioEdge['kind']> = Settings<ScenarioEdge, Kind, 'id' | 'from' | 'to'>;
/** A fault without the id that the builder gives it. */
type FaultGiven = Fault extends infer Each ? (Each extends Fault ? Omit<Each, 'id'> : never) : never;

export type ProducerSettings = NodeSettings<'producer'>;
export type TopicSettings = NodeSettings<'topic'>;
export type ClusterSettings = NodeSettings<'cluster'>;
export type ClientSettings = NodeSettings<'client'>;
export type ConsumerSettings = NodeSettings<'consumer'>;
export type PublishSettings = EdgeSettings<'publish'>;
export type SubscribeSettings = EdgeSettings<'subscribe'>;
type StoreSettings = NodeSettings<'store'>;
type InsertSettings = EdgeSettings<'insert'>;
export type PollSettings = EdgeSettings<'poll'>;

/** One-way latency of that many milliseconds, always. */
export function latency(ms: number): { readonly latencyMs: { readonly type: 'constant'; readonly mean: number } } {
  return { latencyMs: { type: 'constant', mean: ms } };
}

/** The same duration each time. */
export function constant(ms: number): { readonly type: 'constant'; readonly mean: number } {
  return { type: 'constant', mean: ms };
}

/** Facts at these instants, milliseconds. */
export function at(...atMs: readonly number[]): { readonly type: 'trace'; readonly atMs: number[] } {
  return { type: 'trace', atMs: [...atMs] };
}

/** Segments of a record or two, looked at all the time. */
export const QUICK_RETENTION = { segmentMs: 1, retentionCheckIntervalMs: 1 } as const;

export interface ScenarioBuilder {
  producer(id: string, settings?: ProducerSettings): ScenarioBuilder;
  topic(id: string, settings?: TopicSettings): ScenarioBuilder;
  /** Brokers without any delay between them. */
  cluster(id: string, settings?: ClusterSettings): ScenarioBuilder;
  /** Puts a topic on a cluster. The edge's id is `from-to`. */
  host(from: string, to: string, settings?: EdgeSettings<'host'>): ScenarioBuilder;
  consumer(id: string, settings?: ConsumerSettings): ScenarioBuilder;
  client(id: string, settings?: ClientSettings): ScenarioBuilder;
  /** The edge's id is `from-to`. */
  publish(from: string, to: string, settings?: PublishSettings): ScenarioBuilder;
  /** The edge's id is `from-to`. */
  subscribe(from: string, to: string, settings?: SubscribeSettings): ScenarioBuilder;
  queue(id: string, settings?: NodeSettings<'queue'>): ScenarioBuilder;
  /** The edges' ids are `from-to`; confirms are on, and nothing takes time on the way. */
  amqpPublish(from: string, to: string, settings?: EdgeSettings<'amqpPublish'>): ScenarioBuilder;
  amqpConsume(from: string, to: string, settings?: EdgeSettings<'amqpConsume'>): ScenarioBuilder;
  deadLetter(from: string, to: string): ScenarioBuilder;
  /** A standard queue without accidents. */
  sqs(id: string, settings?: NodeSettings<'sqs'>): ScenarioBuilder;
  sns(id: string, settings?: NodeSettings<'sns'>): ScenarioBuilder;
  /** The edges' ids are `from-to`. */
  sqsSend(from: string, to: string, settings?: EdgeSettings<'sqsSend'>): ScenarioBuilder;
  sqsReceive(from: string, to: string, settings?: EdgeSettings<'sqsReceive'>): ScenarioBuilder;
  redrive(from: string, to: string, settings?: EdgeSettings<'redrive'>): ScenarioBuilder;
  snsPublish(from: string, to: string, settings?: EdgeSettings<'snsPublish'>): ScenarioBuilder;
  snsSubscribe(from: string, to: string, settings?: EdgeSettings<'snsSubscribe'>): ScenarioBuilder;
  /** A table in a database where nothing takes any time. */
  store(id: string, settings?: StoreSettings): ScenarioBuilder;
  /** The edge's id is `from-to`. */
  insert(from: string, to: string, settings?: InsertSettings): ScenarioBuilder;
  /** First polls at once, unless said otherwise. The edge's id is `from-to`. */
  poll(from: string, to: string, settings?: PollSettings): ScenarioBuilder;
  fault(fault: FaultGiven): ScenarioBuilder;
  check(check: Check): ScenarioBuilder;
  journal(...entries: readonly JournalEntry[]): ScenarioBuilder;
  build(): Scenario;
}

/**
 * A builder with defaults that make hand calculation easy: no latency, appends and replication in no time, one record a
 * batch, groups that form at once, read from the beginning, and commit after the work.
 */
export function scenario(seed = 1): ScenarioBuilder {
  const nodes: ScenarioNode[] = [];
  const edges: ScenarioEdge[] = [];
  const faults: Fault[] = [];
  const checks: Check[] = [];
  const journal: JournalEntry[] = [];
  const place = (id: string): { id: string; name: string; position: { x: number; y: number } } => ({
    id,
    name: id,
    position: { x: 0, y: 0 },
  });
  const builder: ScenarioBuilder = {
    producer(id, settings) {
      nodes.push({ ...place(id), kind: 'producer', key: { type: 'none' }, ...settings });
      return builder;
    },
    topic(id, settings) {
      nodes.push({ ...place(id), kind: 'topic', appendMs: 0, replicationMs: 0, ...settings });
      return builder;
    },
    cluster(id, settings) {
      nodes.push({ ...place(id), kind: 'cluster', brokerLatencyMs: 0, electionMs: 0, ...settings });
      return builder;
    },
    host(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'host', ...settings });
      return builder;
    },
    consumer(id, settings) {
      nodes.push({ ...place(id), kind: 'consumer', workMs: constant(0), ...settings });
      return builder;
    },
    client(id, settings) {
      nodes.push({ ...place(id), kind: 'client', key: { type: 'none' }, ...settings });
      return builder;
    },
    publish(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'publish', lingerMs: 0, network: latency(0), ...settings });
      return builder;
    },
    subscribe(from, to, settings) {
      edges.push({
        id: `${from}-${to}`,
        from,
        to,
        kind: 'subscribe',
        network: latency(0),
        autoOffsetReset: 'earliest',
        commit: 'after',
        initialRebalanceDelayMs: 0,
        ...settings,
      });
      return builder;
    },
    queue(id, settings) {
      nodes.push({ ...place(id), kind: 'queue', ...settings });
      return builder;
    },
    amqpPublish(from, to, settings) {
      const quick = { confirms: true, network: latency(0) };
      edges.push({ id: `${from}-${to}`, from, to, kind: 'amqpPublish', ...quick, ...settings });
      return builder;
    },
    amqpConsume(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'amqpConsume', network: latency(0), ...settings });
      return builder;
    },
    deadLetter(from, to) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'deadLetter' });
      return builder;
    },
    sqs(id, settings) {
      const calm = { shortPollShare: 1, duplicateRate: 0, disorderRate: 0 } as const;
      nodes.push({ ...place(id), kind: 'sqs', ...calm, ...settings });
      return builder;
    },
    sns(id, settings) {
      nodes.push({ ...place(id), kind: 'sns', ...settings });
      return builder;
    },
    sqsSend(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'sqsSend', network: latency(1), ...settings });
      return builder;
    },
    sqsReceive(from, to, settings) {
      const network = latency(1);
      edges.push({ id: `${from}-${to}`, from, to, kind: 'sqsReceive', network, waitTimeMs: 20_000, ...settings });
      return builder;
    },
    redrive(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'redrive', ...settings });
      return builder;
    },
    snsPublish(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'snsPublish', network: latency(1), ...settings });
      return builder;
    },
    snsSubscribe(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'snsSubscribe', network: latency(1), ...settings });
      return builder;
    },
    store(id, settings) {
      const free = { readMs: constant(0), writeMs: 0, commitMs: constant(0), deadRowsMs: 0, pinnedRowsMs: 0 };
      nodes.push({ ...place(id), kind: 'store', ...free, keptRowsMs: 0, ...settings });
      return builder;
    },
    insert(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'insert', network: latency(0), ...settings });
      return builder;
    },
    poll(from, to, settings) {
      edges.push({ id: `${from}-${to}`, from, to, kind: 'poll', network: latency(0), phase: 'together', ...settings });
      return builder;
    },
    fault(fault) {
      faults.push({ ...fault, id: `f${faults.length}` });
      return builder;
    },
    check(check) {
      checks.push(check);
      return builder;
    },
    journal(...entries) {
      journal.push(...entries);
      return builder;
    },
    build: () => ({
      format: 'sluice/1',
      title: 'Test',
      notes: '',
      seed,
      nodes,
      edges,
      faults,
      checks,
      journal,
      view: {},
    }),
  };
  return builder;
}
