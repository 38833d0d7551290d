/** Plain data: what JSON can hold. Everything below this door may rely on it, whatever was handed in. */

export type Plain = null | boolean | number | string | readonly Plain[] | PlainObject;
export interface PlainObject {
  readonly [name: string]: Plain;
}

/** Deepest nesting of a document; the deepest a valid one has is 7. */
const DEPTH_MAX = 40;
/** Most values in a document, strings and numbers and containers alike. */
const VALUES_MAX = 4_000_000;

export function isPlainObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is a text, else an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/**
 * A deep copy that holds only plain data: properties that are undefined or functions are left out, as JSON does; objects
 * of classes are copied by their own properties. Numbers that are not finite stay, for the schemas to refuse.
 *
 * `ok: false` with a reason for what nests too deep (a circle included), is too large, or throws when read.
 */
export function toPlain(
  input: unknown,
): { readonly ok: true; readonly value: Plain } | { readonly ok: false; readonly reason: string } {
  const budget = { left: VALUES_MAX };
  try {
    return { ok: true, value: copy(input, 0, budget) ?? null };
  } catch (error) {
    return { ok: false, reason: error instanceof TooMuch ? error.message : 'it throws when it is read' };
  }
}

class TooMuch extends Error {}

function copy(value: unknown, depth: number, budget: { left: number }): Plain | undefined {
  budget.left -= 1;
  if (budget.left < 0) throw new TooMuch('it is too large');
  if (depth > DEPTH_MAX) throw new TooMuch('it nests too deep');
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string')
    return value;
  if (typeof value !== 'object') return undefined;
  if (Array.isArray(value)) {
    const items: Plain[] = [];
    if (value.length > budget.left) throw new TooMuch('it is too large');
    for (let index = 0; index < value.length; index += 1) items.push(copy(value[index], depth + 1, budget) ?? null);
    return items;
  }
  const entries: [string, Plain][] = [];
  for (const name of Object.keys(value)) {
    // Never a parameter's name, and an own property of that name confuses whoever assigns instead of defining.
    if (name === '__proto__') continue;
    const member = copy((value as Record<string, unknown>)[name], depth + 1, budget);
    if (member !== undefined) entries.push([name, member]);
  }
  return Object.fromEntries(entries);
}

/** Deep equality of plain data. Properties that are undefined count as absent; the order of properties does not matter. */
export function samePlain(a: unknown, b: unknown): boolean {
  if (a === b || (a !== a && b !== b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => samePlain(item, b[index]))
    );
  }
  const left = definedEntries(a);
  const right = new Map(definedEntries(b));
  return (
    left.length === right.size && left.every(([name, value]) => right.has(name) && samePlain(value, right.get(name)))
  );
}

function definedEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}
