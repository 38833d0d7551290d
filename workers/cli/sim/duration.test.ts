import { expect, test } from 'vitest';
import { durationText, parseDuration } from './duration.ts';

test.each([
  ['500ms', 500],
  ['60s', 60_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['100d', 8_640_000_000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

test.each(['', '60', 's', '-5s', '1e3s', '5 s', '101d', '1.s', 'Infinitys', '60S', '1h30m'])(
  '"%s" is no duration',
  (text) => expect(parseDuration(text)).toBeUndefined(),
);

test.each([
  [0, '0 ms'],
  [12.3456, '12.346 ms'],
  [60_000, '60 s'],
  [3_600_000, '60 min'],
  [86_400_000, '24 h'],
])('%d ms is shown as %s', (ms, text) => expect(durationText(ms)).toBe(text));
