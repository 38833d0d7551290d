/**
 * Plays the steps of a recorded Kafka run on the engine. Each step is what its client did: an edit or a fault at that
 * instant, or a question to the run. What is observed comes out of the run and of nothing else.
 *
 * Durations that a file does not state are those of its recording as far as its expectations show them: sessions of three
 * seconds, heartbeats a tenth of that, and a second without news before a `settle` looks.
 */
import { keyText } from '../../../engine/keys.ts';
import { addCluster, disturbBroker } from './brokers.ts';
import { commit, committed, disturb, join, leave } from './members.ts';
import { NETWORK, topicId, unprefixed, type Observed, type Play } from './play.ts';
import { createTopic, produce } from './producing.ts';
import { addEdge, addNode, createStage, edit, pass, placed, settle } from './stage.ts';
import type { Step, StepOf, Verb } from './steps.ts';
import { heldBy } from './watch.ts';

/** @param brokers of a cluster that holds all topics; 0 where topics have a broker to themselves that never fails */
export function createPlay(brokers = 0): Play {
  const stage = createStage();
  if (brokers > 0) addCluster(stage, brokers);
  return { stage, brokers, bodies: new Map(), running: new Map(), consumers: new Map(), steps: 0 };
}

const IDLE_MS = 1000;

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
