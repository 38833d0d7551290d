/** What is derived from a routing table to route fast, and which bindings of one exchange a message matches. */
import { HASH_HEADER, HASH_PROPERTY, weightOf } from './exchange-types.ts';
import { phash2OfNothing, phash2OfText, phash2OfTexts } from './erlang-hash.ts';
import { fieldOf, headersMatch, type HeaderTable } from './headers.ts';
import { jumpHash } from './jump-hash.ts';
import { alternateOf, type Binding, type RoutingTable } from './routing-table.ts';
import { topicMatches, wordsOf } from './topic-pattern.ts';

/** What exchanges see of a message. */
export interface Envelope {
  readonly key: string;
  readonly headers: HeaderTable;
  /** Further routing keys, from the headers `CC` and `BCC`. */
  readonly cc?: readonly string[];
  readonly bcc?: readonly string[];
  readonly messageId?: string;
  readonly correlationId?: string;
  /** In seconds. */
  readonly timestamp?: number;
}

/** A whole number in `[0, count)`; or all that may be drawn, or nothing, for those who ask what might be. */
export type Draw = ((count: number) => number) | 'every' | 'none';

/** Of one exchange. Bindings are given by their place in the table. */
interface ExchangeIndex {
  readonly places: readonly number[];
  /** Of a direct exchange. */
  readonly byKey: ReadonlyMap<string, readonly number[]>;
  /** Of a topic exchange, beside `places`. */
  readonly patterns: readonly (readonly string[])[];
  /** Of exchanges that choose one: the choices. With weights of x-consistent-hash, of which `ends` are the sums. */
  readonly choices: readonly number[];
  readonly ends: readonly number[];
  /** Index of the alternate exchange, -1 for none. */
  readonly alternate: number;
}

export interface Routes {
  readonly version: number;
  readonly exchanges: readonly (ExchangeIndex | null)[];
  readonly queues: ReadonlyMap<string, number>;
}

const NONE: readonly number[] = [];

const routesOfTables = new WeakMap<RoutingTable, Routes>();

/** The derived form of a table as it is now. It is no state: a copy of a table gets its own. */
export function routesOf(table: RoutingTable): Routes {
  const known = routesOfTables.get(table);
  if (known !== undefined && known.version === table.version) return known;
  const routes = derive(table);
  routesOfTables.set(table, routes);
  return routes;
}

function derive(table: RoutingTable): Routes {
  const queues = new Map<string, number>();
  for (const [index, name] of table.queues.entries()) if (name !== null) queues.set(name, index);
  const places: number[][] = table.exchanges.map(() => []);
  for (const [place, { source }] of table.bindings.entries()) places[source]!.push(place);
  const exchanges = table.exchanges.map((exchange, index) =>
    exchange === null ? null : indexOf(table, places[index]!, alternateOf(table, exchange), exchange.type),
  );
  return { version: table.version, exchanges, queues };
}

function indexOf(table: RoutingTable, places: readonly number[], alternate: number, type: string): ExchangeIndex {
  const byKey = new Map<string, number[]>();
  if (type === 'direct') {
    for (const place of places) {
      const { key } = table.bindings[place]!;
      const same = byKey.get(key);
      if (same === undefined) byKey.set(key, [place]);
      else same.push(place);
    }
  }
  const patterns = type === 'topic' ? places.map((place) => wordsOf(table.bindings[place]!.key)) : [];
  const choices = choicesOf(table, places, type);
  return { places, byKey, patterns, choices, ends: endsOf(table, choices, type), alternate };
}

/**
 * The bindings of which an exchange takes one. With x-consistent-hash only the first one of a destination counts; to the others
 * bindings that differ in nothing but arguments are one.
 */
function choicesOf(table: RoutingTable, places: readonly number[], type: string): readonly number[] {
  const { bindings } = table;
  const first = (matters: (a: Binding, b: Binding) => boolean) =>
    places.filter((place, i) => !places.slice(0, i).some((before) => matters(bindings[before]!, bindings[place]!)));
  if (type === 'x-consistent-hash') return first(sameDestination);
  if (type !== 'x-random' && type !== 'x-modulus-hash') return NONE;
  const choices = first((a, b) => sameDestination(a, b) && a.key === b.key);
  return type === 'x-random'
    ? choices
    : [...choices].sort((a, b) => byDestination(table, bindings[a]!, bindings[b]!) || a - b);
}

function sameDestination(a: Binding, b: Binding): boolean {
  return a.to === b.to && a.destination === b.destination;
}

/** Exchanges before queues, and then by name, as Erlang orders resources. */
function byDestination({ exchanges, queues }: RoutingTable, a: Binding, b: Binding): number {
  if (a.to !== b.to) return a.to === 'exchange' ? -1 : 1;
  const nameOf = ({ to, destination }: Binding) =>
    (to === 'queue' ? queues[destination] : exchanges[destination]?.name) ?? '';
  const [left, right] = [nameOf(a), nameOf(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function endsOf(table: RoutingTable, choices: readonly number[], type: string): readonly number[] {
  if (type !== 'x-consistent-hash') return NONE;
  let end = 0;
  return choices.map((place) => (end += weightOf(table.bindings[place]!.key) ?? 0));
}

/** The routing key and those of CC and BCC, in this order. */
export function keysOf({ key, cc = [], bcc = [] }: Envelope): readonly string[] {
  return cc.length + bcc.length === 0 ? [key] : [key, ...cc, ...bcc];
}

/** What a hash exchange computes from a message, and the choice that comes of it. */
export interface HashChoice {
  readonly hash: number;
  /** The bucket, or the place among the destinations in their order. */
  readonly slot: number;
  /** How many slots there are. */
  readonly slots: number;
  /** Place of the binding. */
  readonly place: number;
}

/** The choice of an x-consistent-hash exchange; null when nothing is bound. */
export function consistentChoice(table: RoutingTable, exchange: number, envelope: Envelope): HashChoice | null {
  const { choices, ends } = routesOf(table).exchanges[exchange]!;
  const slots = ends.at(-1);
  if (slots === undefined) return null;
  const hash = consistentHash(table.exchanges[exchange]!.arguments, envelope);
  const slot = jumpHash(hash, slots);
  return { hash, slot, slots, place: choices[ends.findIndex((end) => slot < end)]! };
}

/** Numbers in a header seed the generator as they are; all else goes through `phash2`. */
function consistentHash(given: HeaderTable, envelope: Envelope): number {
  const header = fieldOf(given, HASH_HEADER);
  const property = fieldOf(given, HASH_PROPERTY);
  const value =
    typeof header === 'string'
      ? fieldOf(envelope.headers, header)
      : property === undefined
        ? envelope.key
        : propertyOf(envelope, property);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  return value === undefined
    ? phash2OfNothing()
    : phash2OfText(typeof value === 'string' ? value : JSON.stringify(value));
}

function propertyOf({ messageId, correlationId, timestamp }: Envelope, property: unknown): string | undefined {
  if (property === 'message_id') return messageId;
  if (property === 'correlation_id') return correlationId;
  return timestamp === undefined ? undefined : `${timestamp}`;
}

/** The choice of an x-modulus-hash exchange; null when nothing is bound. */
export function modulusChoice(table: RoutingTable, exchange: number, envelope: Envelope): HashChoice | null {
  const { choices } = routesOf(table).exchanges[exchange]!;
  if (choices.length === 0) return null;
  const hash = phash2OfTexts(keysOf(envelope));
  const slot = hash % choices.length;
  return { hash, slot, slots: choices.length, place: choices[slot]! };
}

/** The places of the bindings that a message matches on an exchange other than the default one. */
export function matches(table: RoutingTable, exchange: number, envelope: Envelope, draw: Draw): readonly number[] {
  const { places, byKey, patterns, choices } = routesOf(table).exchanges[exchange]!;
  const { type } = table.exchanges[exchange]!;
  switch (type) {
    case 'direct':
      return [...new Set(keysOf(envelope))].flatMap((key) => byKey.get(key) ?? NONE);
    case 'fanout':
      return places;
    case 'topic': {
      const keys = keysOf(envelope).map(wordsOf);
      return places.filter((_, i) => keys.some((key) => topicMatches(patterns[i]!, key)));
    }
    case 'headers':
      return places.filter((place) => headersMatch(table.bindings[place]!.arguments, envelope.headers));
    case 'x-consistent-hash':
      return oneOf(consistentChoice(table, exchange, envelope));
    case 'x-modulus-hash':
      return oneOf(modulusChoice(table, exchange, envelope));
    case 'x-random':
      return drawnFrom(choices, draw);
    default:
      return type satisfies never;
  }
}

function drawnFrom(choices: readonly number[], draw: Draw): readonly number[] {
  if (choices.length < 2 || draw === 'every') return choices;
  return draw === 'none' ? NONE : [choices[draw(choices.length)]!];
}

function oneOf(choice: HashChoice | null): readonly number[] {
  return choice === null ? NONE : [choice.place];
}

/** The queues that the default exchange gives a message. */
export function queuesByName(table: RoutingTable, envelope: Envelope): readonly number[] {
  const { queues } = routesOf(table);
  return [...new Set(keysOf(envelope))].flatMap((key) => queues.get(key) ?? NONE);
}
