import { expect, test } from 'vitest';
import { writeWhen } from './write-when.ts';

const NOW = Date.UTC(2026, 0, 10, 12, 0, 0);

test.each([
  [0, 'just now'],
  [59_000, 'just now'],
  [61_000, '1 minute ago'],
  [59 * 60_000, '59 minutes ago'],
  [3 * 3_600_000, '3 hours ago'],
  [-5000, 'just now'],
])('%i ms ago is %s', (ago, text) => {
  expect(writeWhen(NOW - ago, NOW)).toBe(text);
});

test('from a day on it is the date', () => {
  expect(writeWhen(NOW - 30 * 3_600_000, NOW)).toMatch(/Jan 9, 2026/);
});
