/**
 * Tables of AMQP: the headers of a message, the arguments of a binding. And the rule by which a headers exchange compares them.
 *
 * Source: rabbitmq-server, rabbit_exchange_type_headers.erl (headers_match, validate_binding).
 */

/** Integers of any width and floats are numbers: the broker compares by value. `null` is AMQP's void. */
export type HeaderValue = string | number | boolean | null | readonly HeaderValue[] | HeaderRecord;

export interface HeaderRecord {
  readonly [name: string]: HeaderValue;
}

/** Fields in the order of their names, each name once. Made by `tableOf`. */
export type HeaderTable = readonly (readonly [name: string, value: HeaderValue])[];

export const NO_FIELDS: HeaderTable = [];

export function tableOf(fields: HeaderRecord): HeaderTable {
  return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The value of a field; undefined when the table has none of that name. */
export function fieldOf(table: HeaderTable, name: string): HeaderValue | undefined {
  return table.find(([each]) => each === name)?.[1];
}

/** Whether two values are of one class and equal: 1 is not "1", true is not 1. Tables within a value compare in their order. */
function sameValue(a: HeaderValue, b: HeaderValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([name, value], i) => name === right[i]![0] && sameValue(value, right[i]![1]))
  );
}

export function sameTable(a: HeaderTable, b: HeaderTable): boolean {
  return a.length === b.length && a.every(([name, value], i) => name === b[i]![0] && sameValue(value, b[i]![1]));
}

export const X_MATCH = 'x-match';
const X_MATCHES = ['all', 'any', 'all-with-x', 'any-with-x'] as const;
export type XMatch = (typeof X_MATCHES)[number];

/** What a binding asks for, `all` if it does not say; null when it says what no broker accepts. */
export function xMatchOf(table: HeaderTable): XMatch | null {
  const said = fieldOf(table, X_MATCH);
  if (said === undefined) return 'all';
  return X_MATCHES.find((known) => known === said) ?? null;
}

export interface HeaderVerdict {
  readonly name: string;
  readonly wanted: HeaderValue;
  /** Undefined when the message has no such header. */
  readonly found: HeaderValue | undefined;
  readonly matches: boolean;
}

/**
 * How each field that a binding asks for fares. `x-match` never takes part, and what begins with `x-` only in the modes that
 * end in `-with-x`. A wanted `null` asks only whether the header is there.
 */
export function headerVerdicts(wanted: HeaderTable, headers: HeaderTable): readonly HeaderVerdict[] {
  const withX = (xMatchOf(wanted) ?? 'all').endsWith('-with-x');
  return wanted
    .filter(([name]) => name !== X_MATCH && (withX || !name.startsWith('x-')))
    .map(([name, value]) => {
      const found = fieldOf(headers, name);
      return {
        name,
        wanted: value,
        found,
        matches: found !== undefined && (value === null || sameValue(value, found)),
      };
    });
}

/** Of nothing asked for, all is true and any is false. */
export function headersMatch(wanted: HeaderTable, headers: HeaderTable): boolean {
  const verdicts = headerVerdicts(wanted, headers);
  const all = (xMatchOf(wanted) ?? 'all').startsWith('all');
  return all ? verdicts.every(({ matches }) => matches) : verdicts.some(({ matches }) => matches);
}
