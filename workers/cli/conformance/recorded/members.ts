/** Members of groups: they join, commit, leave, and things happen to them. */
import { commitManually } from '../../../engine/handlers/commit.ts';
import { commitError } from './librdkafka.ts';
import {
  idOf,
  NETWORK,
  processOf,
  ROUND_TRIP_MS,
  TIMEOUT_MS,
  topicId,
  unprefixed,
  type Observed,
  type Play,
} from './play.ts';
import { addEdge, addNode, edit, fault, NotPlayable, pass, passUntil, placed } from './stage.ts';
import type { StepOf } from './steps.ts';
import { logSubscriptions } from '../../../engine/brokers/log/subscription.ts';

const SESSION_MS = 3000;

export function join(play: Play, step: StepOf<'join'>): Observed {
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
  const subscription = logSubscriptions(run).find(
    (one) => one.group === group && run.topics[one.topic]!.id === topicId(play, topic!),
  );
  const cursor = subscription?.cursors[Number(number)];
  if (cursor === undefined) throw new NotPlayable(`The group of "${consumer}" does not read ${partition}.`);
  return cursor;
}

export function commit(play: Play, { consumer, offsets }: StepOf<'commit'>): Observed {
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

export function committed(play: Play, { consumer, partitions }: StepOf<'committed'>): Observed {
  const saved = partitions.map((name) => {
    const position = play.stage.run.cursors[cursorOf(play, consumer, name)]!.committed;
    return [name, position < 0 ? null : position] as const;
  });
  return { offsets: Object.fromEntries(saved) };
}

export function leave(play: Play, { consumer }: StepOf<'leave'>): Observed {
  const { stage, running } = play;
  const instance = stage.run.instances[instanceOf(play, consumer)]!;
  edit(stage, [{ op: 'change', in: 'nodes', id: processOf(play, consumer), set: { instances: 0 } }]);
  passUntil(stage, TIMEOUT_MS, () => instance.stopped);
  pass(stage, ROUND_TRIP_MS);
  running.delete(consumer);
  return null;
}

export function disturb(play: Play, what: 'crash' | 'pause' | 'resume', consumer: string): Observed {
  fault(play.stage, { do: what, target: processOf(play, consumer) });
  return null;
}
