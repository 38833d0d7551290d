/**
 * What is declared on a broker for routing: exchanges, names of queues, bindings. Plain data, and what changes it. Each change
 * raises `version`, by which derived data knows that it is stale.
 *
 * Source: rabbitmq-server, rabbit_exchange.erl, rabbit_binding.erl, rabbit_channel.erl.
 */
import {
  ALTERNATE_EXCHANGE,
  bindingRefusal,
  declarationRefusal,
  DEFAULT_EXCHANGE,
  exchangeTypeOf,
  RESERVED_PREFIX,
  type ExchangeType,
} from './exchange-types.ts';
import { fieldOf, sameTable, type HeaderTable, type HeaderValue } from './headers.ts';
import { accessRefused, commandInvalid, notFound, preconditionFailed, type Refusal } from './refusal.ts';

export interface Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** Takes messages from other exchanges only. */
  readonly internal: boolean;
  readonly arguments: HeaderTable;
  /** Stands among the ids of bindings for what it hands to its alternate exchange; -1 if it never has one. */
  readonly handsOn: number;
}

type DestinationKind = 'queue' | 'exchange';

export interface Binding {
  /** Its own, for as long as the table lasts. Neither another binding nor an exchange's `handsOn` has it. */
  readonly id: number;
  /** Index of the exchange. */
  readonly source: number;
  readonly to: DestinationKind;
  /** Index of the queue or exchange. */
  readonly destination: number;
  readonly key: string;
  readonly arguments: HeaderTable;
}

/** An index stays the same as long as what it stands for exists; null where something was deleted. */
export interface RoutingTable {
  exchanges: (Exchange | null)[];
  queues: (string | null)[];
  /** In the order in which they were made; no two are the same. */
  bindings: Binding[];
  /** Id of the next binding. */
  nextBinding: number;
  version: number;
}

/** Index of the default exchange in every table. */
export const DEFAULT = 0;

const PLAIN = { durable: true, autoDelete: false, internal: false, handsOn: -1 } as const;

/** Every broker has the default exchange. */
export function createRoutingTable(): RoutingTable {
  const exchanges = [{ ...PLAIN, name: DEFAULT_EXCHANGE, type: 'direct', arguments: [] } as const];
  return { exchanges, queues: [], bindings: [], nextBinding: 0, version: 0 };
}

/** Adds the exchanges that a virtual host has from the beginning. */
export function addPredeclared(table: RoutingTable): void {
  for (const type of ['direct', 'fanout', 'topic', 'headers'] as const)
    table.exchanges.push({ ...PLAIN, name: `amq.${type}`, type, arguments: [] });
  table.exchanges.push({ ...PLAIN, name: 'amq.match', type: 'headers', arguments: [] });
  table.version += 1;
}

/** @returns -1 when there is none of that name */
export function exchangeIndex(table: RoutingTable, name: string): number {
  return table.exchanges.findIndex((exchange) => exchange?.name === name);
}

/** @returns -1 when there is none of that name */
export function queueIndex(table: RoutingTable, name: string): number {
  return table.queues.indexOf(name);
}

export interface ExchangeDeclaration extends Omit<Exchange, 'type' | 'handsOn'> {
  readonly type: string;
}

/** Declares an exchange; one that is there already must be the same. Of its arguments only the alternate exchange is compared. */
export function declareExchange(table: RoutingTable, wanted: ExchangeDeclaration): Refusal | null {
  const type = exchangeTypeOf(wanted.type);
  if (type === null) return commandInvalid(`There is no exchange type "${wanted.type}".`);
  const place = exchangeIndex(table, wanted.name);
  if (place > DEFAULT) return differenceRefusal(table.exchanges[place]!, wanted);
  const refusal = declarationRefusal(wanted.name, type, wanted.arguments);
  if (refusal !== null) return refusal;
  table.exchanges.push({ ...wanted, type, handsOn: table.nextBinding++ });
  table.version += 1;
  return null;
}

function differenceRefusal(exchange: Exchange, wanted: ExchangeDeclaration): Refusal | null {
  const differs = (what: string, is: unknown, asked: unknown) =>
    preconditionFailed(`${what} of exchange "${exchange.name}" is ${String(is)}, not ${String(asked)}.`);
  for (const what of ['type', 'durable', 'autoDelete', 'internal'] as const)
    if (exchange[what] !== wanted[what]) return differs(what, exchange[what], wanted[what]);
  const [is, asked] = [fieldOf(exchange.arguments, ALTERNATE_EXCHANGE), fieldOf(wanted.arguments, ALTERNATE_EXCHANGE)];
  return is === asked ? null : differs(ALTERNATE_EXCHANGE, is, asked);
}

/** Deletes an exchange with all bindings from it and to it. One that is not there is no error. */
export function deleteExchange(table: RoutingTable, name: string, { ifUnused = false } = {}): Refusal | null {
  if (name === DEFAULT_EXCHANGE || name.startsWith(RESERVED_PREFIX))
    return accessRefused('Exchanges of the broker itself cannot be deleted.');
  const place = exchangeIndex(table, name);
  if (place < 0) return null;
  if (ifUnused && table.bindings.some(({ source }) => source === place))
    return preconditionFailed(`The exchange "${name}" is in use.`);
  removeExchange(table, place);
  return null;
}

function removeExchange(table: RoutingTable, place: number): void {
  table.exchanges[place] = null;
  removeBindings(
    table,
    ({ source, to, destination }) => source === place || (to === 'exchange' && destination === place),
  );
}

/** Makes a queue known by its name to the default exchange and to bindings. */
export function addQueue(table: RoutingTable, index: number, name: string): void {
  while (table.queues.length < index) table.queues.push(null);
  table.queues[index] = name;
  table.version += 1;
}

/** Forgets a queue with its bindings. */
export function removeQueue(table: RoutingTable, index: number): void {
  table.queues[index] = null;
  removeBindings(table, ({ to, destination }) => to === 'queue' && destination === index);
}

/** Exchanges that delete themselves go with the last binding from them. */
function removeBindings(table: RoutingTable, gone: (binding: Binding) => boolean): void {
  const removed = table.bindings.filter(gone);
  table.bindings = table.bindings.filter((binding) => !gone(binding));
  table.version += 1;
  for (const { source } of removed) {
    const unused = !table.bindings.some((binding) => binding.source === source);
    if (unused && table.exchanges[source]?.autoDelete === true) removeExchange(table, source);
  }
}

export interface BindingByName {
  readonly source: string;
  readonly to: DestinationKind;
  readonly destination: string;
  readonly key: string;
  readonly arguments: HeaderTable;
}

/** Binds. The same source, destination, key and arguments are one binding, however often it is made. */
export function bind(table: RoutingTable, wanted: BindingByName): Refusal | null {
  const found = resolve(table, wanted);
  if ('code' in found) return found;
  const { type } = table.exchanges[found.source]!;
  const refusal = bindingRefusal(type, wanted.key, wanted.arguments);
  if (refusal !== null) return refusal;
  if (placeOf(table, found) < 0) {
    table.bindings.push({ ...found, id: table.nextBinding++ });
    table.version += 1;
  }
  return null;
}

/** Takes a binding away. One that is not there is no error. */
export function unbind(table: RoutingTable, wanted: BindingByName): Refusal | null {
  const found = resolve(table, wanted);
  if ('code' in found) return found.code === 404 ? null : found;
  const place = placeOf(table, found);
  if (place >= 0) {
    const binding = table.bindings[place]!;
    removeBindings(table, (each) => each === binding);
  }
  return null;
}

/** Place of a binding among `bindings`; -1 when it is not there. */
function placeOf(table: RoutingTable, wanted: Omit<Binding, 'id'>): number {
  return table.bindings.findIndex(
    ({ source, to, destination, key, arguments: given }) =>
      source === wanted.source &&
      to === wanted.to &&
      destination === wanted.destination &&
      key === wanted.key &&
      sameTable(given, wanted.arguments),
  );
}

function resolve(
  table: RoutingTable,
  { source, to, destination, key, arguments: given }: BindingByName,
): Omit<Binding, 'id'> | Refusal {
  if (source === DEFAULT_EXCHANGE || (to === 'exchange' && destination === DEFAULT_EXCHANGE))
    return accessRefused('Nothing can be bound to the default exchange, or unbound from it.');
  const from = exchangeIndex(table, source);
  if (from < 0) return notFound(`There is no exchange "${source}".`);
  const place = to === 'queue' ? queueIndex(table, destination) : exchangeIndex(table, destination);
  if (place < 0) return notFound(`There is no ${to} "${destination}".`);
  return { source: from, to, destination: place, key, arguments: given };
}

/** Why a client may not publish to an exchange; null when it may. */
export function publishRefusal(table: RoutingTable, name: string): Refusal | null {
  const exchange = table.exchanges[exchangeIndex(table, name)];
  if (!exchange) return notFound(`There is no exchange "${name}".`);
  return exchange.internal ? accessRefused(`The exchange "${name}" takes messages from other exchanges only.`) : null;
}

/** The exchange that takes what another one cannot route; -1 when it names none, or one that is not there. */
export function alternateOf(table: RoutingTable, { arguments: given }: Exchange): number {
  const name: HeaderValue | undefined = fieldOf(given, ALTERNATE_EXCHANGE);
  return typeof name === 'string' ? exchangeIndex(table, name) : -1;
}
