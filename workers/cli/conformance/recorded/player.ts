/**
 * Plays the steps of a recorded Kafka run on the engine. Each step is what its client did: an edit or a fault at that
 * instant, or a question to the run. What is observed comes out of the run and of nothing else.
 *
 * Durations that a file does not state are those of its recording as far as its expectations show them: sessions of three
 * seconds, heartbeats a tenth of that, and a second without news before a `settle` looks.
 */
import { nowNs, toMs } from '../../../engine/engine.ts';
import { keyText } from '../../../engine/keys.ts';
import { commitManually } from '../../../engine/handlers/commit.ts';
import { fieldMeta } from '../../../scenario/fields.ts';
import { nodeKinds } from '../../../scenario/kinds/table.ts';
import { replicaAssignmentOf } from '../../../scenario/values/replica-assignment.ts';
import { commitError, deliveryError } from './librdkafka.ts';
import {
  addEdge,
  addNode,
  createStage,
  edit,
  fault,
  NotPlayable,
  pass,
  passUntil,
  placed,
  settle,
  type Stage,
} from './stage.ts';
import type { Step, StepOf, Verb } from './steps.ts';
import { heldBy } from './watch.ts';

/** What a step showed; null when it shows nothing. */
type Observed = Readonly<Record<string, unknown>> | null;

interface Play {
  readonly stage: Stage;
  readonly brokers: number;
  /** By id of the `publish` edge: what it published. */
  readonly bodies: Map<string, readonly string[]>;
  /** The process of each consumer that runs, frozen ones included, as the id of its node. */
  readonly running: Map<string, string>;
  /** The consumer that each process is, or was, of. */
  readonly consumers: Map<string, string>;
  /** Numbers the nodes that steps add. */
  steps: number;
}

/** @param brokers of a cluster that holds all topics; 0 where topics have a broker to themselves that never fails */
export function createPlay(brokers = 0): Play {
  const stage = createStage();
  if (brokers > 0) addCluster(stage, brokers);
  return { stage, brokers, bodies: new Map(), running: new Map(), consumers: new Map(), steps: 0 };
}

const LATENCY_MS = 1;
const NETWORK = { latencyMs: { type: 'constant', mean: LATENCY_MS } } as const;
/** A question and its answer. */
const ROUND_TRIP_MS = 5 * LATENCY_MS;
const SESSION_MS = 3000;
const IDLE_MS = 1000;
const TIMEOUT_MS = 30_000;

const verbs: { readonly [V in Verb]: (play: Play, step: StepOf<V>) => Observed } = {
  createTopic,
  produce,
  join,
  commit,
  committed,
  leave,
  crash: (play, { consumer }) => {
    disturb(play, 'crash', consumer);
    play.running.delete(consumer);
    return null;
  },
  freeze: (play, { consumer }) => disturb(play, 'pause', consumer),
  thaw: (play, { consumer }) => disturb(play, 'resume', consumer),
  settle: observe,
  wait: ({ stage }, { ms }) => {
    pass(stage, ms);
    return null;
  },
  brokerStop: (play, { broker }) => disturbBroker(play, 'pause', broker),
  brokerCont: (play, { broker }) => disturbBroker(play, 'resume', broker),
  brokerKill: (play, { broker }) => disturbBroker(play, 'crash', broker),
  brokerStart: (play, { broker }) => disturbBroker(play, 'restart', broker),
  readAll,
};

/**
 * Plays one step and gives what it showed.
 *
 * @throws NotPlayable when the engine does not represent it
 */
export function playStep(play: Play, step: Step): Observed {
  play.steps += 1;
  const verb = verbs[step.do] as (play: Play, step: Step) => Observed;
  return verb(play, step);
}

const CLUSTER = 'cluster';

/**
 * Brokers as they were set up: they notice a follower that is behind within one and a half seconds, and a dead broker
 * within three and a half.
 */
function addCluster(stage: Stage, brokers: number): void {
  const timing = { replicaLagTimeMaxMs: 1000, brokerSessionTimeoutMs: 3000, brokerHeartbeatIntervalMs: 500 };
  edit(stage, [addNode({ ...placed(CLUSTER), kind: 'cluster', brokers, autoLeaderRebalanceEnable: false, ...timing })]);
}

function disturbBroker(
  { stage, brokers }: Play,
  what: 'crash' | 'restart' | 'pause' | 'resume',
  broker: number,
): Observed {
  if (broker >= brokers) throw new NotPlayable(`There is no broker ${broker}.`);
  fault(stage, { do: what, target: CLUSTER, instance: broker });
  return null;
}

/** @throws NotPlayable when there is no such topic: a broker might create it by itself */
function topicId({ stage }: Play, topic: string): string {
  const id = idOf('topic', topic);
  if (!stage.run.topics.some((known) => known.id === id)) throw new NotPlayable(`No topic "${topic}" was created.`);
  return id;
}

/** The process that a consumer is now. */
function processOf({ running }: Play, consumer: string): string {
  const id = running.get(consumer);
  if (id === undefined) throw new NotPlayable(`No consumer "${consumer}" runs.`);
  return id;
}

/** Names keep their order as ids. */
function idOf(what: string, name: string): string {
  const id = `${what}-${name.replaceAll('.', '-')}`;
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(id)) throw new NotPlayable(`The name "${name}" cannot be that of a node.`);
  return id;
}

/** `topic-t-0` of the engine is `t-0` of the file, `topic-t` is `t`. */
function unprefixed(id: string): string {
  return id.slice(id.indexOf('-') + 1);
}

function createTopic(play: Play, { topic, partitions, assignment, config }: StepOf<'createTopic'>): Observed {
  const { stage, brokers } = play;
  const id = idOf('topic', topic);
  if (stage.run.topics.some((known) => known.id === id))
    throw new NotPlayable(`The topic "${topic}" is created twice.`);
  const lists = assignment?.split(',') ?? [];
  if (lists.length > 0 && lists.length !== partitions)
    throw new NotPlayable('It assigns brokers to some partitions only.');
  if (replicaAssignmentOf(assignment ?? '') === null) throw new NotPlayable('A broker is assigned a partition twice.');
  const replicas = new Set(lists.map((list) => list.split(':').length));
  if (replicas.size > 1) throw new NotPlayable('Partitions of a topic have equally many replicas in the engine.');
  const [replicationFactor = 1] = replicas;
  const settings = Object.fromEntries(Object.entries(config).map(([name, value]) => topicSetting(name, value)));
  edit(stage, [
    addNode({ ...placed(id), kind: 'topic', partitions, replicationFactor, ...settings }),
    ...(brokers > 0
      ? [
          addEdge({
            id: `${id}-host`,
            kind: 'host',
            from: CLUSTER,
            to: id,
            ...(assignment !== undefined && { replicaAssignment: assignment }),
          }),
        ]
      : []),
  ]);
  return null;
}

/** A topic's setting by the broker's own name for it. */
function topicSetting(name: string, value: string | number | boolean): readonly [string, unknown] {
  const found = Object.entries(nodeKinds.topic.parameters).find(([, schema]) => fieldMeta(schema)?.broker === name);
  if (found === undefined) throw new NotPlayable(`A topic of the engine has no setting "${name}".`);
  return [found[0], typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value];
}

function produce(play: Play, step: StepOf<'produce'>): Observed {
  const { stage, bodies } = play;
  const { topic, partition = -1, retries = 0, timeoutMs = TIMEOUT_MS, keys } = step;
  const id = `producer-${play.steps}`;
  const edge = `${id}-publish`;
  bodies.set(edge, step.bodies);
  const atMs = toMs(nowNs(stage.run));
  edit(stage, [
    addNode({
      ...placed(id),
      kind: 'producer',
      arrivals: { type: 'trace', atMs: step.bodies.map(() => 0) },
      startMs: atMs,
      key: keys === undefined ? { type: 'none' } : { type: 'listed', keys: listOf(keys, step.bodies.length) },
    }),
    addEdge({
      id: edge,
      kind: 'publish',
      from: id,
      to: topicId(play, topic),
      acks: acksOf(step.acks),
      enableIdempotence: false,
      retries,
      partition,
      partitioner: step.partitioner?.startsWith('consistent') === true ? 'consistentRandom' : 'default',
      deliveryTimeoutMs: timeoutMs,
      requestTimeoutMs: Math.max(1, timeoutMs - LINGER_MS),
      lingerMs: LINGER_MS,
      network: NETWORK,
    }),
  ]);
  const source = stage.run.sources.findIndex(({ settings }) => settings.id === edge);
  const { ledger } = stage.run.sources[source]!;
  const done = (): boolean => ledger.attempted === step.bodies.length && ledger.waiting === 0;
  passUntil(stage, timeoutMs + TIMEOUT_MS, done);
  return fatesOf(play, edge, step);
}

const LINGER_MS = 5;

function acksOf(acks: StepOf<'produce'>['acks']): '0' | '1' | 'all' {
  if (acks === 0) return '0';
  return acks === 1 ? '1' : 'all';
}

function listOf(keys: readonly (string | null)[], messages: number): string {
  if (keys.length !== messages) throw new NotPlayable('A produce step has one key a message.');
  if (keys.some((key) => key === '' || key?.includes('\n')))
    throw new NotPlayable('A list of keys holds no empty key, and none with a line end.');
  return keys.map((key) => key ?? '').join('\n');
}

/** What was accepted and what failed, in the order of the step. Without acknowledgements what is sent counts as accepted. */
function fatesOf({ stage }: Play, edge: string, { bodies }: StepOf<'produce'>): Observed {
  const accepted: string[] = [];
  const failed: string[] = [];
  for (const [message, origin] of stage.watch.origins) {
    if (origin.edge !== edge) continue;
    const fate = stage.watch.fates.get(message);
    const body = bodies[origin.place]!;
    if (fate === undefined) failed.push(`${body}: nothing is known of it`);
    else if (fate.known === 'acknowledged' || (fate.known === 'unknown' && fate.reason === '')) accepted.push(body);
    else failed.push(`${body}: ${deliveryError(fate.reason)}`);
  }
  return { accepted, ...(failed.length > 0 && { failed }) };
}

function join(play: Play, step: StepOf<'join'>): Observed {
  const { stage, running } = play;
  const { consumer, group, topics, strategy, sessionMs = SESSION_MS, autoCommit, autoCommitMs, reset, waitMs } = step;
  const others = stage.run.consumers.filter(({ settings }) => settings.group === `group-${group}`);
  if (others.some(({ links }) => links.some((link) => stage.run.links[link]!.settings.assignor !== strategy)))
    throw new NotPlayable(
      'Members of one group have no assignor in common: a broker refuses them, and the engine does not.',
    );
  if (running.has(consumer)) throw new NotPlayable(`The consumer "${consumer}" runs already.`);
  const before = [...play.consumers.values()].filter((name) => name === consumer).length;
  // A second process of a consumer is another node: the first one's member may live on for a while.
  const id = idOf('consumer', before === 0 ? consumer : `${consumer}--${before}`);
  edit(stage, [
    addNode({ ...placed(id), kind: 'consumer', group: `group-${group}`, workMs: { type: 'constant', mean: 0 } }),
    ...topics.map((topic) =>
      addEdge({
        id: `${id}-${unprefixed(topicId(play, topic))}`,
        kind: 'subscribe',
        from: topicId(play, topic),
        to: id,
        assignor: strategy,
        client: 'librdkafka',
        autoOffsetReset: reset,
        commit: autoCommit ? 'auto' : 'manual',
        ...(autoCommitMs !== undefined && { autoCommitIntervalMs: autoCommitMs }),
        sessionTimeoutMs: sessionMs,
        heartbeatIntervalMs: sessionMs / 10,
        initialRebalanceDelayMs: 0,
        network: NETWORK,
      }),
    ),
  ]);
  running.set(consumer, id);
  play.consumers.set(id, consumer);
  pass(stage, Math.max(waitMs, ROUND_TRIP_MS));
  return null;
}

/** The one instance of a consumer. */
function instanceOf(play: Play, consumer: string): number {
  const process = processOf(play, consumer);
  return play.stage.run.consumers.find(({ id }) => id === process)!.instances[0]!;
}

/** The position of a consumer's group in a partition. */
function cursorOf(play: Play, consumer: string, partition: string): number {
  const { run } = play.stage;
  const { group } = run.consumers[run.instances[instanceOf(play, consumer)]!.consumer]!;
  const [, topic, number] = /^(.+)-(\d+)$/.exec(partition)!;
  const subscription = run.subscriptions.find(
    (one) => one.group === group && run.topics[one.topic]!.id === topicId(play, topic!),
  );
  const cursor = subscription?.cursors[Number(number)];
  if (cursor === undefined) throw new NotPlayable(`The group of "${consumer}" does not read ${partition}.`);
  return cursor;
}

function commit(play: Play, { consumer, offsets }: StepOf<'commit'>): Observed {
  const { stage } = play;
  const index = instanceOf(play, consumer);
  const instance = stage.run.instances[index]!;
  const positions = Object.entries(offsets).map(([name, offset]) => ({
    cursor: cursorOf(play, consumer, name),
    offset,
  }));
  commitManually(stage.run, index, positions);
  passUntil(stage, TIMEOUT_MS, () => instance.commitAnswer >= 0);
  const error = commitError(instance.commitAnswer);
  return error === undefined ? {} : { error };
}

function committed(play: Play, { consumer, partitions }: StepOf<'committed'>): Observed {
  const saved = partitions.map((name) => {
    const position = play.stage.run.cursors[cursorOf(play, consumer, name)]!.committed;
    return [name, position < 0 ? null : position] as const;
  });
  return { offsets: Object.fromEntries(saved) };
}

function leave(play: Play, { consumer }: StepOf<'leave'>): Observed {
  const { stage, running } = play;
  const instance = stage.run.instances[instanceOf(play, consumer)]!;
  edit(stage, [{ op: 'change', in: 'nodes', id: processOf(play, consumer), set: { instances: 0 } }]);
  passUntil(stage, TIMEOUT_MS, () => instance.stopped);
  pass(stage, ROUND_TRIP_MS);
  running.delete(consumer);
  return null;
}

function disturb(play: Play, what: 'crash' | 'pause' | 'resume', consumer: string): Observed {
  fault(play.stage, { do: what, target: processOf(play, consumer) });
  return null;
}

function observe(play: Play, { idleMs = IDLE_MS, events }: StepOf<'settle'>): Observed {
  const { stage, running } = play;
  settle(stage, idleMs);
  const assignments = Object.fromEntries(
    [...running].map(([consumer, process]) => [consumer, heldBy(stage.run, process).map(unprefixed)]),
  );
  const deliveries = deliveriesSeen(play);
  const callbacks: Record<string, string[]> = {};
  for (const { consumer: process, what, partitions } of stage.watch.takeCallbacks()) {
    const consumer = play.consumers.get(process)!;
    // Of a process that is gone nobody hears that it lost its partitions.
    if (running.get(consumer) !== process) continue;
    (callbacks[consumer] ??= []).push([what, ...partitions.map(unprefixed)].join(' '));
  }
  return { assignments, deliveries, ...(events && { events: callbacks }) };
}

type Deliveries = Record<string, Record<string, string[]>>;

/** What consumers were given since somebody looked last: `offset body`, by consumer and partition. */
function deliveriesSeen(play: Play): Deliveries {
  const seen: Deliveries = {};
  for (const { consumer, message, topic, partition, offset } of play.stage.watch.takeDeliveries()) {
    const byPartition = (seen[play.consumers.get(consumer)!] ??= {});
    (byPartition[`${unprefixed(topic)}-${partition}`] ??= []).push(`${offset} ${bodyOf(play, message)}`);
  }
  return seen;
}

/** A group of its own reads the topic from its beginning, and is gone again. */
function readAll(play: Play, { topic }: StepOf<'readAll'>): Observed {
  const { stage } = play;
  const { run } = stage;
  const id = `reader-${play.steps}`;
  const edge = `${id}-subscribe`;
  const reading = {
    autoOffsetReset: 'earliest',
    commit: 'manual',
    initialRebalanceDelayMs: 0,
    network: NETWORK,
  } as const;
  edit(stage, [
    addNode({ ...placed(id), kind: 'consumer', workMs: { type: 'constant', mean: 0 } }),
    addEdge({ id: edge, kind: 'subscribe', from: topicId(play, topic), to: id, ...reading }),
  ]);
  settle(stage, IDLE_MS);
  const { partitions } = run.topics.find((one) => one.id === topicId(play, topic))!;
  const log: Record<string, string[]> = {};
  for (const { message, partition, offset } of stage.watch.takeDeliveries((consumer) => consumer === id)) {
    const { key, mask } = partitions[partition]!;
    const text = keyText(run, key[offset & mask]!);
    (log[`${topic}-${partition}`] ??= []).push(`${offset} ${text === null ? '' : `${text}=`}${bodyOf(play, message)}`);
  }
  stage.watch.takeCallbacks((consumer) => consumer === id);
  edit(stage, [
    { op: 'remove', in: 'edges', id: edge },
    { op: 'remove', in: 'nodes', id },
  ]);
  return { log };
}

function bodyOf({ stage, bodies }: Play, message: number): string {
  const { edge, place } = stage.watch.origins.get(message)!;
  return bodies.get(edge)![place]!;
}
