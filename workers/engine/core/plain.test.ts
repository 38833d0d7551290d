import { describe, expect, it } from 'vitest';
import { AssertionFailure } from './assert.ts';
import { copyPlain, equalPlain, plainBytes, sharedPath } from './plain.ts';

const state = () => ({
  nowNs: 12,
  name: 'orders',
  on: true,
  nothing: null,
  absent: undefined,
  column: Float64Array.of(1, Number.NaN, -0),
  small: Uint8Array.of(1, 2),
  list: [1, 'two', { three: Int32Array.of(3) }, [4]],
  bare: Object.assign(Object.create(null), { a: 1 }) as Record<string, number>,
});

describe('copyPlain', () => {
  it('copies every kind of plain value, and shares nothing', () => {
    const original = state();
    const copy = copyPlain(original);
    expect(equalPlain(original, copy)).toBeNull();
    expect(Object.keys(copy)).toEqual(Object.keys(original));
    original.column[0] = 9;
    (original.list[2] as { three: Int32Array }).three[0] = 9;
    original.bare['a'] = 9;
    expect(equalPlain(copy, state())).toBeNull();
  });

  it('copies only what a view sees of its buffer', () => {
    const view = new Float64Array(1000).subarray(10, 12);
    expect(copyPlain(view).buffer.byteLength).toBe(16);
  });

  it('keeps an id that is called __proto__', () => {
    const ids = JSON.parse('{"__proto__": {"size": 1}, "constructor": 2}') as Record<string, unknown>;
    const copy = copyPlain(ids);
    expect(Object.keys(copy)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(equalPlain(ids, copy)).toBeNull();
  });

  it.each([
    ['a Map', new Map(), 'a Map'],
    ['a Set', new Set(), 'a Set'],
    ['a function', () => 1, 'a function'],
    ['a class instance', new AssertionFailure(''), 'a AssertionFailure'],
    ['a date', new Date(0), 'a Date'],
    ['a promise', Promise.resolve(), 'a Promise'],
    ['a symbol', Symbol('x'), 'a symbol'],
    ['a bigint', 1n, 'a bigint'],
    ['a buffer', new ArrayBuffer(8), 'a ArrayBuffer'],
    ['a data view', new DataView(new ArrayBuffer(8)), 'a DataView'],
  ])('refuses %s, and says where it is', (_, part, what) => {
    expect(() => copyPlain({ nodes: [1, { part }] })).toThrow(`nodes[1].part is ${what}`);
  });

  it('refuses a cycle', () => {
    const ring: { next?: unknown } = {};
    ring.next = ring;
    expect(() => copyPlain(ring)).toThrow('cycle');
  });
});

describe('equalPlain', () => {
  it.each<[string, unknown, unknown, string]>([
    ['a number', { a: { b: 1 } }, { a: { b: 2 } }, 'a.b'],
    ['a missing key', { a: 1 }, {}, 'a'],
    ['an added key', {}, { a: undefined }, 'a'],
    ['the sign of zero', { a: [0] }, { a: [-0] }, 'a[0]'],
    ['a column', { a: Int32Array.of(1, 2) }, { a: Int32Array.of(1, 3) }, 'a[1]'],
    ['the length of a column', { a: new Int8Array(1) }, { a: new Int8Array(2) }, 'a.length'],
    ['the kind of a column', { a: new Int8Array(1) }, { a: new Uint8Array(1) }, 'a'],
    ['a list', { a: [1] }, { a: [1, 2] }, 'a.length'],
    ['list and record', { a: [] }, { a: {} }, 'a'],
    ['null and record', { a: null }, { a: {} }, 'a'],
    ['the whole', 1, 2, ''],
    ['text', { a: 'x' }, { a: 'y' }, 'a'],
    ['record and null', { a: {} }, { a: null }, 'a'],
    ['record and number', { a: {} }, { a: 0 }, 'a'],
    ['column and list', { a: Int8Array.of(1) }, { a: [1] }, 'a'],
    ['list and column', { a: [1] }, { a: Int8Array.of(1) }, 'a'],
    ['columns of other numbers', Float64Array.of(0, 1), Float64Array.of(0, 2), '[1]'],
  ])('names the path where %s differs', (_, a, b, path) => {
    expect(equalPlain(a, b)).toBe(path);
  });

  it('does not mind the order of keys', () => {
    expect(equalPlain({ a: 1, b: 2 }, { b: 2, a: 1 })).toBeNull();
    expect(equalPlain(Number.NaN, Number.NaN)).toBeNull();
  });
});

it('sharedPath finds what a copy would tear apart', () => {
  const column = new Int32Array(4);
  expect(sharedPath({ a: { column }, b: [1, column] })).toEqual(['a.column', 'b[1]']);
  expect(sharedPath(state())).toBeNull();
});

it('plainBytes counts texts by their letters, and lists by their items', () => {
  expect(plainBytes('x'.repeat(500)) - plainBytes('')).toBe(1000);
  expect(plainBytes([1, 2, 3]) - plainBytes([])).toBe(3 * plainBytes(1));
  expect(plainBytes({ a: 'xy' }) - plainBytes({})).toBe(8 + plainBytes('xy'));
});

it('plainBytes follows the columns', () => {
  const bytes = plainBytes({ a: new Float64Array(1000), b: 'text', c: [1, null, undefined] });
  expect(bytes).toBeGreaterThan(8000);
  expect(bytes).toBeLessThan(8500);
});
