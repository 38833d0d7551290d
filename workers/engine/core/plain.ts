/**
 * Plain data: what a checkpoint may hold. Numbers, texts, booleans, null, undefined, records, arrays and typed arrays;
 * nothing with behaviour. State is a tree: a value that two places refer to becomes two values in the copy, and
 * `sharedPath` finds such a place in tests.
 */
import { assert, AssertionFailure } from './assert.ts';
import { blankRecord } from './record-shape.ts';

/** Deeper than any state; a cycle ends here instead of overflowing the stack. */
export const DEPTH_MAX = 100;

export type TypedArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

/**
 * A deep copy that shares nothing with the original.
 *
 * @throws AssertionFailure naming the path of the first part that is not plain data (a function, Map, class instance,
 *   symbol, bigint, buffer), or of a cycle
 */
export function copyPlain<T>(state: T): T {
  return copyValue(state, []) as T;
}

/** Roughly how much memory a copy of the state takes, in bytes. For budgets, not for accounts. */
export function plainBytes(state: unknown): number {
  switch (typeof state) {
    case 'string':
      return 16 + 2 * state.length;
    case 'object':
      break;
    default:
      return 8;
  }
  if (state === null) return 8;
  if (isTypedArray(state)) return 96 + state.byteLength;
  let bytes = 24;
  if (Array.isArray(state)) {
    for (const item of state) bytes += plainBytes(item);
    return bytes;
  }
  // Keys are shared between records of one shape, so they count as a reference only.
  for (const key of Object.keys(state)) bytes += 8 + plainBytes((state as Record<string, unknown>)[key]);
  return bytes;
}

/**
 * Compares two plain states, bit for bit (NaN equals NaN, -0 does not equal 0). The order of keys does not count.
 *
 * @returns the path of the first difference, such as `nodes[3].queue.size`; an empty text where the whole differs; null
 *   if the two are equal
 */
export function equalPlain(a: unknown, b: unknown): string | null {
  const path: string[] = [];
  return sameValue(a, b, path) ? null : pathText(path);
}

/** The paths of two places that refer to one and the same object, or null: what a copy would silently tear apart. */
export function sharedPath(state: unknown): readonly [string, string] | null {
  const seen = new Map<object, string>();
  const visit = (value: unknown, path: string[]): readonly [string, string] | null => {
    if (typeof value !== 'object' || value === null) return null;
    const before = seen.get(value);
    if (before !== undefined) return [before, pathText(path)];
    seen.set(value, pathText(path));
    if (isTypedArray(value)) return null;
    for (const [key, item] of Object.entries(value)) {
      path.push(Array.isArray(value) ? `[${key}]` : `.${key}`);
      const found = visit(item, path);
      if (found) return found;
      path.pop();
    }
    return null;
  };
  return visit(state, []);
}

function copyValue(value: unknown, path: string[]): unknown {
  if (typeof value !== 'object' || value === null) {
    requirePlain(value, path);
    return value;
  }
  if (isTypedArray(value)) return value.slice();
  assert(
    path.length < DEPTH_MAX,
    () => `State is deeper than ${DEPTH_MAX} at ${pathText(path.slice(0, 8))}…: a cycle?`,
  );
  if (Array.isArray(value)) return copyArray(value, path);
  requirePlain(value, path);
  return copyRecord(value as Record<string, unknown>, path);
}

/**
 * For whoever walks a state in a way of its own: refuses what is neither a primitive value nor a record. Arrays and typed
 * arrays are told apart before.
 *
 * @throws AssertionFailure as `copyPlain` does
 */
export function requirePlain(value: unknown, path: readonly string[]): void {
  const type = typeof value;
  if (type === 'function' || type === 'symbol' || type === 'bigint') refuse(path, `a ${type}`);
  if (typeof value !== 'object' || value === null) return;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) refuse(path, describe(value));
}

function copyArray(value: readonly unknown[], path: string[]): unknown[] {
  // Sliced, because an array that is filled later has holes to V8, and code that has met both kinds is slower.
  const copy = value.slice();
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    if (typeof item === 'number' || typeof item === 'string') continue;
    path.push(`[${i}]`);
    copy[i] = copyValue(item, path);
    path.pop();
  }
  return copy;
}

function copyRecord(value: Record<string, unknown>, path: string[]): Record<string, unknown> {
  const keys = Object.keys(value);
  const copy = blankRecord(keys);
  for (const key of keys) {
    let item = value[key];
    if (typeof item !== 'number' && typeof item !== 'string') {
      path.push(`.${key}`);
      item = copyValue(item, path);
      path.pop();
    }
    setMember(copy, key, item);
  }
  return copy;
}

/** `record[key] = value` for any key: an id may be `__proto__`, and assigning that would set the prototype. */
export function setMember(record: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
  else record[key] = value;
}

function sameValue(a: unknown, b: unknown, path: string[]): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (isTypedArray(a) || isTypedArray(b)) {
    return isTypedArray(a) && isTypedArray(b) && sameKind(a, b) && sameColumn(a, b, path);
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as readonly unknown[]).length) {
    path.push('.length');
    return false;
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  const keys = Object.keys(left);
  for (const key of keys) {
    path.push(Array.isArray(a) ? `[${key}]` : `.${key}`);
    if (!Object.hasOwn(right, key) || !sameValue(left[key], right[key], path)) return false;
    path.pop();
  }
  const extra = Object.keys(right).find((key) => !Object.hasOwn(left, key));
  if (extra === undefined) return true;
  path.push(`.${extra}`);
  return false;
}

function sameKind(a: TypedArray, b: TypedArray): boolean {
  return Object.getPrototypeOf(a) === Object.getPrototypeOf(b);
}

function sameColumn(a: TypedArray, b: TypedArray, path: string[]): boolean {
  if (a.length !== b.length) {
    path.push('.length');
    return false;
  }
  for (let i = 0; i < a.length; i++) {
    if (Object.is(a[i], b[i])) continue;
    path.push(`[${i}]`);
    return false;
  }
  return true;
}

export function isTypedArray(value: object): value is TypedArray {
  return ArrayBuffer.isView(value) && 'length' in value && !('getBigInt64' in value);
}

function refuse(path: readonly string[], what: string): never {
  throw new AssertionFailure(`State must be plain data, but ${pathText(path) || 'the whole'} is ${what}`);
}

function describe(value: object): string {
  const name: unknown = (value.constructor as { name?: unknown } | undefined)?.name;
  return typeof name === 'string' && name !== '' ? `a ${name}` : 'an instance of a class';
}

function pathText(path: readonly string[]): string {
  const text = path.join('');
  return text.startsWith('.') ? text.slice(1) : text;
}
