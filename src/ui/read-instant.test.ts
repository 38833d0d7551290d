import { expect, test } from 'vitest';
import { readInstant } from './read-instant.ts';

test.each([
  ['12.5 s', 12_500],
  ['800ms', 800],
  ['7', 7000],
  ['1:05.25', 65_250],
  ['1:00:01', 3_601_000],
  ['2 min', 120_000],
  ['.5s', 500],
])('%s is %d ms', (text, ms) => {
  expect(readInstant(text)).toBe(ms);
});

test.each(['', 'soon', '12 parsecs', '-1s', '1e9', '999999999 h'])('%j is no instant', (text) => {
  expect(readInstant(text)).toBeNull();
});
