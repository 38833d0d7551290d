import { expect, test } from 'vitest';
import { count, milliseconds, plainName, tableLines } from './table.ts';

test('columns line up: names left, numbers right', () => {
  const columns = [{ head: 'Source', left: true }, { head: 'sent' }];
  expect(
    tableLines(columns, [
      ['a', '12,345'],
      ['orders', '7'],
    ]),
  ).toEqual(['Source    sent', 'a       12,345', 'orders       7']);
});

test('numbers are the same in every locale', () => {
  expect([0, 999, 1000, 1234567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect([0.1234, 12.345, 123.45, 12345.6].map(milliseconds)).toEqual(['0.123', '12.35', '123.5', '12,346']);
});

test('a name from a document cannot drive the terminal', () => {
  expect(plainName('\u001B[31mred\u0007\nline')).toBe('[31mred line');
  expect(plainName('x'.repeat(100)).length).toBe(40);
});
