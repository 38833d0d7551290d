import { expect, test } from 'vitest';
import { monthlyDollars, writeDollars } from './money.ts';

test('amounts of money are written with the digits that count', () => {
  expect([0, 0.000_026, 0.000_000_4, 0.054, 0.4, 0.999, 1, 6.736, 999, 1234, Number.NaN].map(writeDollars)).toEqual([
    '$0',
    '$0.000026',
    '$0.00000040',
    '$0.054',
    '$0.40',
    '$1.00',
    '$1.00',
    '$6.74',
    '$999.00',
    '$1.23k',
    '–',
  ]);
});

test('a month goes on as the run did', () => {
  // A request a second at $0.40 a million.
  expect(monthlyDollars(10, 0.4, 10e9)).toBeCloseTo(1.0368);
  expect(monthlyDollars(0, 0.4, 0)).toBeNaN();
});
