/**
 * Filter policies of SNS subscriptions: which messages go on to a queue. Source: Amazon SNS Developer Guide, "Amazon SNS subscription
 * filter policies".
 *
 *     {"key": ["k1", {"prefix": "k2"}], "bytes": [{"numeric": [">=", 100, "<", 1000]}]}
 *
 * Every attribute that is named must have one of its values or fulfil one of its conditions.
 */

/** What a message says of itself: text or number; null where it has none. */
export interface Attributes {
  readonly key: string | null;
  /** Id of the producer. */
  readonly source: string;
  readonly bytes: number;
}

export const ATTRIBUTES = ['key', 'source', 'bytes'] as const satisfies readonly (keyof Attributes)[];

type Range = readonly (readonly [operator: string, bound: number])[];

/** One of these fulfils an attribute. */
export type Condition =
  | { readonly type: 'equals'; readonly value: string | number }
  | { readonly type: 'prefix' | 'suffix' | 'equals-ignore-case'; readonly value: string }
  | { readonly type: 'anything-but'; readonly values: readonly (string | number)[] }
  | { readonly type: 'anything-but-prefix'; readonly value: string }
  | { readonly type: 'numeric'; readonly range: Range }
  | { readonly type: 'exists'; readonly value: boolean };

/** Plain data. */
export interface FilterPolicy {
  readonly attributes: readonly { readonly name: keyof Attributes; readonly any: readonly Condition[] }[];
}

export type ReadPolicy =
  | { readonly ok: true; readonly policy: FilterPolicy | null }
  | { readonly ok: false; readonly reason: string };

/** Reads the text of a policy; an empty one is none. Never throws. */
export function readFilterPolicy(text: string): ReadPolicy {
  if (text.trim() === '') return { ok: true, policy: null };
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is not JSON' };
  }
  if (!isRecord(parsed)) return { ok: false, reason: 'it is not an object' };
  const attributes: { name: keyof Attributes; any: readonly Condition[] }[] = [];
  for (const [name, conditions] of Object.entries(parsed)) {
    if (!isAttribute(name)) return { ok: false, reason: `messages have no attribute "${name.slice(0, 40)}"` };
    if (!Array.isArray(conditions) || conditions.length === 0)
      return { ok: false, reason: `"${name}" needs a list of values or conditions` };
    const any = conditions.map(readCondition);
    const unknown = any.indexOf(null);
    if (unknown >= 0)
      return {
        ok: false,
        reason: `"${name}" has no condition like ${JSON.stringify(conditions[unknown]).slice(0, 60)}`,
      };
    attributes.push({ name, any: any as Condition[] });
  }
  return { ok: true, policy: { attributes } };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isAttribute(name: string): name is keyof Attributes {
  return ATTRIBUTES.some((known) => known === name);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function readCondition(given: unknown): Condition | null {
  if (isScalar(given)) return { type: 'equals', value: given };
  if (!isRecord(given)) return null;
  const [entry, ...more] = Object.entries(given);
  if (entry === undefined || more.length > 0) return null;
  const [type, value] = entry;
  switch (type) {
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return typeof value === 'string' ? { type, value } : null;
    case 'exists':
      return typeof value === 'boolean' ? { type, value } : null;
    case 'anything-but':
      return readAnythingBut(value);
    case 'numeric':
      return readNumeric(value);
    default:
      return null;
  }
}

function readAnythingBut(value: unknown): Condition | null {
  if (isScalar(value)) return { type: 'anything-but', values: [value] };
  if (Array.isArray(value) && value.length > 0 && value.every(isScalar)) return { type: 'anything-but', values: value };
  if (isRecord(value) && typeof value['prefix'] === 'string')
    return { type: 'anything-but-prefix', value: value['prefix'] };
  return null;
}

const OPERATORS: ReadonlySet<unknown> = new Set(['=', '<', '<=', '>', '>=']);

function readNumeric(value: unknown): Condition | null {
  if (!Array.isArray(value) || (value.length !== 2 && value.length !== 4)) return null;
  const range: [string, number][] = [];
  for (let i = 0; i < value.length; i += 2) {
    const [operator, bound]: unknown[] = [value[i], value[i + 1]];
    if (!OPERATORS.has(operator) || typeof bound !== 'number') return null;
    range.push([String(operator), bound]);
  }
  return { type: 'numeric', range };
}

/** Whether a message goes on. */
export function passes({ attributes }: FilterPolicy, message: Attributes): boolean {
  return attributes.every(({ name, any }) => any.some((condition) => fulfils(message[name], condition)));
}

/** Whether an attribute of a message, null where it has none, is what a condition asks for. */
export function fulfils(value: string | number | null, condition: Condition): boolean {
  if (condition.type === 'exists') return (value !== null) === condition.value;
  if (value === null) return false;
  switch (condition.type) {
    case 'equals':
      return value === condition.value;
    case 'prefix':
      return typeof value === 'string' && value.startsWith(condition.value);
    case 'suffix':
      return typeof value === 'string' && value.endsWith(condition.value);
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === condition.value.toLowerCase();
    case 'anything-but':
      return !condition.values.includes(value);
    case 'anything-but-prefix':
      return typeof value !== 'string' || !value.startsWith(condition.value);
    case 'numeric':
      return (
        typeof value === 'number' && condition.range.every(([operator, bound]) => compares(value, operator, bound))
      );
    default:
      return condition satisfies never;
  }
}

function compares(value: number, operator: string, bound: number): boolean {
  if (operator === '=') return value === bound;
  if (operator === '<') return value < bound;
  if (operator === '<=') return value <= bound;
  return operator === '>' ? value > bound : value >= bound;
}
