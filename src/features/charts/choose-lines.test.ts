import { expect, it } from 'vitest';
import { chooseLines, type FigureLine } from './choose-lines.ts';
import type { Rows } from './rows.ts';

const line = (column: string, more: Partial<FigureLine> = {}): FigureLine => ({
  column,
  label: column,
  color: 'red',
  gathering: 'max',
  ...more,
});
const rows: Rows = { bucketMs: 1, atMs: [1, 2], values: { a: [1, 5], b: [0, 0], c: [9, null], d: [2, 2] } };

it('leaves out an optional line while it is nothing but zero', () => {
  const columns = chooseLines([line('a'), line('b', { optional: true }), line('d', { optional: true })], rows);
  expect(columns.lines.map(({ column }) => column)).toEqual(['a', 'd']);
});

it('draws the groups with the highest values, in their order', () => {
  const lines = [line('b'), line('a', { group: 'x' }), line('c'), line('d', { group: 'x' })];
  const chosen = chooseLines(lines, rows, 2);
  expect(chosen.groups).toBe(3);
  expect(chosen.lines.map(({ column }) => column)).toEqual(['a', 'c', 'd']);
});
