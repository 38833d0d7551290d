import { expect, it } from 'vitest';
import { writeCount } from '../../../ui/numbers.ts';
import { shortCount } from './short-count.ts';

it('writes counts of up to four digits as everywhere else', () => {
  for (const count of [0, 7, 999, 1000, 1001, 1234, 9999]) expect(shortCount(count)).toBe(writeCount(count));
});

it('shortens larger ones, and writes what is no number as missing', () => {
  expect(shortCount(12_345)).toBe('12.3k');
  expect(shortCount(Number.NaN)).toBe('–');
});
