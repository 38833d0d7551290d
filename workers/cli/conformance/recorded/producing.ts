/** Topics, and what is produced to them. */
import { nowNs, toMs } from '../../../engine/engine.ts';
import { fieldMeta } from '../../../scenario/fields.ts';
import { nodeKinds } from '../../../scenario/kinds/table.ts';
import { replicaAssignmentOf } from '../../../scenario/values/replica-assignment.ts';
import { allowUnclean, CLUSTER } from './brokers.ts';
import { deliveryError } from './librdkafka.ts';
import { idOf, NETWORK, TIMEOUT_MS, topicId, type Observed, type Play } from './play.ts';
import { addEdge, addNode, edit, NotPlayable, passUntil, placed } from './stage.ts';
import type { StepOf } from './steps.ts';

/** Kafka 4's, so that a step is one request. */
const LINGER_MS = 5;

export function createTopic(play: Play, step: StepOf<'createTopic'>): Observed {
  const { stage, brokers } = play;
  const { topic, partitions, assignment } = step;
  const id = idOf('topic', topic);
  if (stage.run.topics.some((known) => known.id === id))
    throw new NotPlayable(`The topic "${topic}" is created twice.`);
  const { [UNCLEAN]: unclean, ...config } = step.config;
  const settings = Object.fromEntries(Object.entries(config).map(([name, value]) => topicSetting(name, value)));
  if (brokers === 0 && unclean !== undefined)
    throw new NotPlayable('Without a cluster there are no unclean elections.');
  if (brokers > 0) allowUnclean(stage, String(unclean ?? false) === 'true');
  const replicationFactor = replicasOf(assignment, partitions);
  edit(stage, [addNode({ ...placed(id), kind: 'topic', partitions, replicationFactor, ...settings })]);
  const given = assignment === undefined ? {} : { replicaAssignment: assignment };
  if (brokers > 0) edit(stage, [addEdge({ id: `${id}-host`, kind: 'host', from: CLUSTER, to: id, ...given })]);
  return null;
}

/** How many replicas each partition has. */
function replicasOf(assignment: string | undefined, partitions: number): number {
  if (assignment === undefined) return 1;
  const lists = replicaAssignmentOf(assignment);
  if (lists === null) throw new NotPlayable('A broker is assigned a partition twice.');
  if (lists.length !== partitions) throw new NotPlayable('It assigns brokers to some partitions only.');
  const [factor = 1, ...others] = new Set(lists.map((list) => list.length));
  if (others.length > 0) throw new NotPlayable('Partitions of a topic have equally many replicas in the engine.');
  return factor;
}

/** A setting of topics that is one of the whole cluster in the engine. */
const UNCLEAN = 'unclean.leader.election.enable';

/** A topic's setting by the broker's own name for it. */
function topicSetting(name: string, value: string | number | boolean): readonly [string, unknown] {
  const found = Object.entries(nodeKinds.topic.parameters).find(([, schema]) => fieldMeta(schema)?.broker === name);
  if (found === undefined) throw new NotPlayable(`A topic of the engine has no setting "${name}".`);
  return [found[0], typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value];
}

export function produce(play: Play, step: StepOf<'produce'>): Observed {
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
  const source = stage.run.sources.findIndex((one) => stage.run.edges[one.edge]!.id === edge);
  const { ledger } = stage.run.sources[source]!;
  const done = (): boolean => ledger.attempted === step.bodies.length && ledger.waiting === 0;
  passUntil(stage, timeoutMs + TIMEOUT_MS, done);
  return fatesOf(play, edge, step);
}

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
