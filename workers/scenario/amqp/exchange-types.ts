/** Types of exchanges, what may be bound to each, and what a declaration may ask for. */
import { fieldOf, xMatchOf, X_MATCH, type HeaderTable } from './headers.ts';
import { accessRefused, preconditionFailed, type Refusal } from './refusal.ts';

const EXCHANGE_TYPES = [
  'direct',
  'fanout',
  'topic',
  'headers',
  'x-consistent-hash',
  'x-random',
  'x-modulus-hash',
] as const;
export type ExchangeType = (typeof EXCHANGE_TYPES)[number];

/** What an x-consistent-hash exchange hashes, other than the routing key. */
const HASH_PROPERTIES = ['message_id', 'correlation_id', 'timestamp'] as const;

/** The name of the exchange that knows each queue by its own name. */
export const DEFAULT_EXCHANGE = '';
/** Names that begin so are the broker's. */
export const RESERVED_PREFIX = 'amq.';

export const ALTERNATE_EXCHANGE = 'alternate-exchange';
export const HASH_HEADER = 'hash-header';
export const HASH_PROPERTY = 'hash-property';

const WEIGHT_MAX = 10_000;

export function exchangeTypeOf(text: string): ExchangeType | null {
  return EXCHANGE_TYPES.find((known) => known === text) ?? null;
}

/** The weight that the binding key of an x-consistent-hash exchange stands for; null when it stands for none. */
export function weightOf(key: string): number | null {
  const weight = /^[+]?\d{1,9}$/.test(key) ? Number(key) : 0;
  return weight >= 1 && weight <= WEIGHT_MAX ? weight : null;
}

/** Why a binding is not accepted; null when it is. Key and arguments of most types are never looked at. */
export function bindingRefusal(type: ExchangeType, key: string, given: HeaderTable): Refusal | null {
  if (type === 'headers' && xMatchOf(given) === null) {
    const said = JSON.stringify(fieldOf(given, X_MATCH));
    return preconditionFailed(`x-match is ${said}; it may be all, any, all-with-x or any-with-x.`);
  }
  if (type === 'x-consistent-hash' && weightOf(key) === null)
    return preconditionFailed(`The binding key is a weight, a whole number from 1 to ${WEIGHT_MAX}, not "${key}".`);
  return null;
}

/** Why an exchange may not be declared so, whatever there is already; null when it may. */
export function declarationRefusal(name: string, type: ExchangeType, given: HeaderTable): Refusal | null {
  if (name === DEFAULT_EXCHANGE) return accessRefused('The default exchange cannot be declared.');
  if (name.startsWith(RESERVED_PREFIX))
    return accessRefused(`Names that begin with "${RESERVED_PREFIX}" are reserved.`);
  const alternate = fieldOf(given, ALTERNATE_EXCHANGE);
  if (alternate !== undefined && typeof alternate !== 'string')
    return preconditionFailed(`${ALTERNATE_EXCHANGE} is a name, not ${JSON.stringify(alternate)}.`);
  if (type !== 'x-consistent-hash') return null;
  const [header, property] = [fieldOf(given, HASH_HEADER), fieldOf(given, HASH_PROPERTY)];
  if (header !== undefined && property !== undefined)
    return preconditionFailed(`${HASH_HEADER} and ${HASH_PROPERTY} exclude each other.`);
  if (property !== undefined && !HASH_PROPERTIES.some((known) => known === property))
    return preconditionFailed(
      `${HASH_PROPERTY} may be ${HASH_PROPERTIES.join(', ')}, not ${JSON.stringify(property)}.`,
    );
  return null;
}
