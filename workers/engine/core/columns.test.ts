import { expect, it } from 'vitest';
import { growFloat64, growInt16, growInt32, growUint16, growUint32, growUint8, ROWS_MAX } from './columns.ts';

it('a column that is long enough stays itself', () => {
  const column = new Float64Array(20);
  expect(growFloat64(column, 20)).toBe(column);
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
