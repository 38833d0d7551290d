import { expect, it } from 'vitest';
import {
  empty,
  growFloat64,
  growInt16,
  growInt32,
  growUint16,
  growUint32,
  growUint8,
  removeFrom,
  ROWS_MAX,
} from './columns.ts';

it('a column that is long enough stays itself', () => {
  const column = new Float64Array(20);
  expect(growFloat64(column, 20)).toBe(column);
});

it('every kind of column stays itself while it holds what is needed', () => {
  for (const column of [new Int32Array(20), new Uint32Array(20), new Int16Array(20)] as const)
    for (const needed of [0, 19, 20]) {
      const grow = { Int32Array: growInt32, Uint32Array: growUint32, Int16Array: growInt16 }[
        column[Symbol.toStringTag]
      ];
      expect((grow as (c: typeof column, n: number) => typeof column)(column, needed)).toBe(column);
    }
  const [words, bytes] = [new Uint16Array(20), new Uint8Array(20)];
  expect(growUint16(words, 20)).toBe(words);
  expect(growUint8(bytes, 20)).toBe(bytes);
});

it('a list loses one item, or all, and stays the same list', () => {
  const list = ['a', 'b', 'c', 'd'];
  removeFrom(list, 1);
  expect(list).toEqual(['a', 'c', 'd']);
  removeFrom(list, 2);
  removeFrom(list, 0);
  expect(list).toEqual(['c']);
  list.push('e');
  empty(list);
  expect(list).toEqual([]);
});

it('a column doubles until it fits, keeps its rows, and ends in zeros', () => {
  const grown = growInt32(
    Int32Array.from({ length: 20 }, (_, i) => i + 1),
    50,
  );
  expect(grown.length).toBe(80);
  expect([...grown.subarray(18, 22)]).toEqual([19, 20, 0, 0]);
});

it('every kind of column grows to at least 16 rows', () => {
  for (const [grow, column] of [
    [growFloat64, new Float64Array(0)],
    [growInt32, new Int32Array(0)],
    [growUint32, new Uint32Array(0)],
    [growInt16, new Int16Array(0)],
    [growUint16, new Uint16Array(0)],
    [growUint8, new Uint8Array(0)],
  ] as const) {
    const grown = (grow as (c: typeof column, needed: number) => typeof column)(column, 1);
    expect(grown.length).toBe(16);
    expect(grown.constructor).toBe(column.constructor);
  }
});

it('refuses more rows than a typed array may have', () => {
  expect(() => growUint8(new Uint8Array(1), ROWS_MAX + 1)).toThrow('rows');
});
