/** What the steps of one recorded run share: the stage, who is on it, and what they are called there. */
import { NotPlayable, type Stage } from './stage.ts';

/** What a step showed; null when it shows nothing. */
export type Observed = Readonly<Record<string, unknown>> | null;

export interface Play {
  readonly stage: Stage;
  /** Of the cluster that holds all topics; 0 where topics have a broker to themselves that never fails. */
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

const LATENCY_MS = 1;
export const NETWORK = { latencyMs: { type: 'constant', mean: LATENCY_MS } } as const;
/** A question and its answer. */
export const ROUND_TRIP_MS = 5 * LATENCY_MS;
/** The longest that a client waits for an answer, where its step does not say. */
export const TIMEOUT_MS = 30_000;

/** @throws NotPlayable when there is no such topic: a broker might create it by itself */
export function topicId({ stage }: Play, topic: string): string {
  const id = idOf('topic', topic);
  if (!stage.run.topics.some((known) => known.id === id)) throw new NotPlayable(`No topic "${topic}" was created.`);
  return id;
}

/** The process that a consumer is now. */
export function processOf({ running }: Play, consumer: string): string {
  const id = running.get(consumer);
  if (id === undefined) throw new NotPlayable(`No consumer "${consumer}" runs.`);
  return id;
}

/** Names keep their order as ids. */
export function idOf(what: string, name: string): string {
  const id = `${what}-${name.replaceAll('.', '-')}`;
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(id)) throw new NotPlayable(`The name "${name}" cannot be that of a node.`);
  return id;
}

/** `topic-t-0` of the engine is `t-0` of the file, `topic-t` is `t`. */
export function unprefixed(id: string): string {
  return id.slice(id.indexOf('-') + 1);
}
