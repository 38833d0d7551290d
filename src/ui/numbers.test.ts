import { expect, it } from 'vitest';
import {
  writeAmount,
  writeBytes,
  writeCount,
  writeDuration,
  writeInstant,
  writeRate,
  writeShare,
  writeShort,
} from './numbers.ts';

it.each([
  [0, '0'],
  [7.126, '7.13'],
  [999, '999'],
  [999.9, '1k'],
  [9812, '9.81k'],
  [1_204_000, '1.2M'],
  [-1500, '−1.5k'],
  [Number.NaN, '–'],
])('writes %d short as %s', (value, text) => {
  expect(writeShort(value)).toBe(text);
});

it.each([
  [0, '0 ms'],
  [0.00005, '50 ns'],
  [0.05, '50 µs'],
  [0.35, '0.35 ms'],
  [12.345, '12.3 ms'],
  [999.9, '1 s'],
  [1240, '1.24 s'],
  [59_990, '1 min'],
  [125_000, '2 min 5 s'],
  [12_000_000, '3 h 20 min'],
  [604_800_000, '7 d'],
])('writes %d ms as %s', (ms, text) => {
  expect(writeDuration(ms)).toBe(text);
});

it.each([
  [0, '0:00.000'],
  [12_345.6789, '0:12.345'],
  [59_999.9999, '0:59.999'],
  [62_003, '1:02.003'],
  [3_723_004, '1:02:03.004'],
])('writes the instant %d ms as %s', (ms, text) => {
  expect(writeInstant(ms)).toBe(text);
});

it('writes an instant with the digits asked for', () => {
  expect(writeInstant(12_345.6789, 0)).toBe('0:12');
  expect(writeInstant(12_345.6789, 6)).toBe('0:12.345678');
});

it.each([
  [0, '0%'],
  [0.00001, '<0.01%'],
  [0.0123, '1.2%'],
  [0.4567, '45.7%'],
  [0.99996, '99.99%'],
  [1, '100%'],
])('writes the share %d as %s', (share, text) => {
  expect(writeShare(share)).toBe(text);
});

it('writes counts, rates, sizes and amounts', () => {
  expect(writeCount(12_345)).toBe('12,345');
  expect(writeRate(12.53)).toBe('12.5/s');
  expect(writeBytes(512)).toBe('512 B');
  expect(writeBytes(16_384)).toBe('16 KiB');
  expect(writeAmount(1, 'message')).toBe('1 message');
  expect(writeAmount(2, 'message')).toBe('2 messages');
});
