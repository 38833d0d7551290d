/** What is behind, in the words of each family of brokers. Where several are told of at once, with the word they share. */
import type { Design } from './document.ts';
import type { NodeKind } from './kinds/table.ts';

type Family = 'log' | 'amqp' | 'sqs' | 'table';

export interface BacklogWords {
  /** "lag", as it stands within a sentence. */
  readonly name: string;
  /** The same where there is room for one word. */
  readonly short: string;
  /** What is counted. */
  readonly unit: string;
  /** Which of them, as it follows their number. */
  readonly which: string;
}

const WORDS: Readonly<Record<Family, BacklogWords>> = {
  log: { name: 'lag', short: 'Lag', unit: 'record', which: 'not committed' },
  amqp: { name: 'queue depth', short: 'Depth', unit: 'message', which: 'ready or unacknowledged' },
  sqs: { name: 'queue depth', short: 'Depth', unit: 'message', which: 'visible or in flight' },
  table: { name: 'backlog', short: 'Backlog', unit: 'row', which: 'ready or in hand' },
};
const MIXED: BacklogWords = { name: 'backlog', short: 'Backlog', unit: 'message', which: 'not yet done with' };
const QUEUES: BacklogWords = { ...MIXED, name: 'queue depth', short: 'Depth' };

/** The words for what is read; those of a log for nothing at all. */
export function backlogWords(families: Iterable<Family>): BacklogWords {
  const [first = 'log', ...others] = new Set(families);
  if (others.length === 0) return WORDS[first];
  return [first, ...others].every((family) => WORDS[family].unit === 'message') ? QUEUES : MIXED;
}

/** The family of what can be read; undefined for every other kind of node. */
export function familyRead(kind: NodeKind | undefined): Family | undefined {
  return kind === undefined ? undefined : READ[kind];
}

const READ: Partial<Record<NodeKind, Family>> = { topic: 'log', queue: 'amqp', sqs: 'sqs', store: 'table' };

/** The words for what a consumer reads, as it is drawn. */
export function backlogWordsOf({ nodes, edges }: Pick<Design, 'nodes' | 'edges'>, consumer: string): BacklogWords {
  const sources = new Set(edges.filter(({ to }) => to === consumer).map(({ from }) => from));
  return backlogWords(nodes.flatMap(({ id, kind }) => (sources.has(id) ? (familyRead(kind) ?? []) : [])));
}
