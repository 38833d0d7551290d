/** Parts of examples with exchanges and queues, and the measures by which these are laid out. */
import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { visibleNetwork } from './example.ts';

/** Left edges of the columns, in flow coordinates: nodes are at most 240, 260, 260 and 280 wide. */
export const COLUMN = { producer: 0, exchange: 330, queue: 720, consumer: 1070 } as const;
/** From one queue to the next one below. */
export const ROW = 170;

type NodeOf<Kind extends ScenarioNode['kind']> = Extract<ScenarioNode, { kind: Kind }>;
type EdgeOf<Kind extends ScenarioEdge['kind']> = Extract<ScenarioEdge, { kind: Kind }>;
type Settings<Item> = Partial<Omit<Item, 'id' | 'kind' | 'name' | 'position' | 'from' | 'to'>>;

export function exchangeAt(id: string, name: string, y: number, settings: Settings<NodeOf<'exchange'>>): ScenarioNode {
  return { id, kind: 'exchange', name, position: { x: COLUMN.exchange, y }, ...settings };
}

export function queueAt(id: string, name: string, y: number, settings: Settings<NodeOf<'queue'>> = {}): ScenarioNode {
  return { id, kind: 'queue', name, position: { x: COLUMN.queue, y }, ...settings };
}

export function consumerAt(
  id: string,
  name: string,
  y: number,
  settings: Settings<NodeOf<'consumer'>> = {},
): ScenarioNode {
  return {
    id,
    kind: 'consumer',
    name,
    position: { x: COLUMN.consumer, y: y + 10 },
    instances: 1,
    workMs: { type: 'constant', mean: 40 },
    ...settings,
  };
}

/** A queue that is bound to an exchange, and the consumer that reads it: each with its id and its name. */
interface Bound {
  readonly queue: readonly [id: string, name: string];
  readonly by?: Settings<EdgeOf<'bind'>>;
  readonly consumer: readonly [id: string, name: string];
  readonly does?: Settings<NodeOf<'consumer'>>;
}

interface Parts {
  readonly nodes: readonly ScenarioNode[];
  readonly edges: readonly ScenarioEdge[];
}

/** What stands behind an exchange, one queue below the other. */
export function behind(exchange: string, bound: readonly Bound[]): Parts {
  return {
    nodes: [
      ...bound.map(({ queue: [id, name] }, row) => queueAt(id, name, row * ROW)),
      ...bound.map(({ consumer: [id, name], does }, row) => consumerAt(id, name, row * ROW, does)),
    ],
    edges: [
      ...bound.map(({ queue: [id], by }) => binding(exchange, id, by)),
      ...bound.map(({ queue: [id], consumer: [reader] }) => consuming(id, reader)),
    ],
  };
}

/** A producer whose messages carry these keys in turn. */
export function producerAt(id: string, name: string, y: number, keys: readonly string[], perSecond = 6): ScenarioNode {
  return {
    id,
    kind: 'producer',
    name,
    position: { x: COLUMN.producer, y },
    arrivals: { type: 'constant', ratePerSecond: perSecond },
    key: { type: 'listed', keys: keys.join('\n') },
  };
}

/** A note, where the flow leaves room for it. */
export function noteAt(
  id: string,
  x: number,
  y: number,
  text: string,
  color: 'yellow' | 'blue' | 'green' | 'red',
): ScenarioNode {
  return { id, kind: 'note', name: 'Note', position: { x, y }, text, color };
}

export function publishing(from: string, to: string, settings: Settings<EdgeOf<'amqpPublish'>> = {}): ScenarioEdge {
  const safe = { confirms: true, persistent: true } as const;
  return { id: `${from}-${to}`, kind: 'amqpPublish', from, to, ...safe, ...settings, network: visibleNetwork(80) };
}

export function binding(from: string, to: string, settings: Settings<EdgeOf<'bind'>> = {}): ScenarioEdge {
  return { id: `${from}-${to}`, kind: 'bind', from, to, ...settings };
}

export function consuming(from: string, to: string, settings: Settings<EdgeOf<'amqpConsume'>> = {}): ScenarioEdge {
  return { id: `${from}-${to}`, kind: 'amqpConsume', from, to, prefetch: 10, ...settings, network: visibleNetwork(60) };
}
