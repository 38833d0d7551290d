import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity, restated, sayQuantity, writeQuantity } from './quantity.ts';
import { sliderScale } from './slider-scale.ts';

describe('typed quantities', () => {
  it.each([
    ['30s', 'ms', 30_000],
    ['1.5 min', 'ms', 90_000],
    ['250', 'ms', 250],
    ['0.1s', 'ms', 100],
    ['7 days', 'ms', 604_800_000],
    ['16 KiB', 'bytes', 16_384],
    ['1,048,576', 'bytes', 1_048_576],
    ['5', 'probability', 0.05],
    ['0.5 %', 'probability', 0.005],
    ['1e3', 'per second', 1000],
    ['2k', 'per second', 2000],
    ['20/s', 'per second', 20],
    ['-1', 'bytes', -1],
    ['.5', 'factor', 0.5],
    ['2x', 'factor', 2],
  ] as const)('reads %s in %s as %d', (typed, unit, value) => {
    expect(parseQuantity(typed, unit)).toBe(value);
  });

  it.each([
    ['', 'ms'],
    ['fast', 'ms'],
    ['5 apples', 'ms'],
    ['-', 'count'],
    ['5 s', 'bytes'],
    ['1.2.3', 'count'],
  ] as const)('does not read %j in %s', (typed, unit) => {
    expect(parseQuantity(typed, unit)).toBeNull();
  });

  it('reads back exactly what it writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1, max: 2_147_483_647 }),
        fc.constantFrom('ms', 'bytes', 'messages', undefined),
        (value, unit) => parseQuantity(writeQuantity(value, unit), unit) === value,
      ),
    );
    expect(parseQuantity(writeQuantity(0.07, 'probability'), 'probability')).toBe(0.07);
  });

  it('restates what is hard to read', () => {
    expect(restated(604_800_000, 'ms')).toBe('7 days');
    expect(restated(120_000, 'ms')).toBe('2 min');
    expect(restated(999, 'ms')).toBeNull();
    expect(restated(33_554_432, 'bytes')).toBe('32 MiB');
    expect(restated(2_147_483_647, 'count')).toBe('about 2.15 billion');
    expect(restated(-1, 'bytes')).toBeNull();
  });

  it('says quantities with their unit', () => {
    expect(sayQuantity(0.05, 'probability')).toBe('5%');
    expect(sayQuantity(1, 'messages')).toBe('1 message');
  });
});

describe('sliders', () => {
  const rate = sliderScale('per second', { min: 0, max: 10_000_000, integer: false });

  it('reaches zero at the left and rises by decades', () => {
    expect(rate?.toValue(0)).toBe(0);
    expect(rate?.toValue(1)).toBe(10_000);
    expect(rate?.toTravel(0)).toBe(0);
    expect(rate?.toTravel(1e9)).toBe(1);
  });

  it('comes back to where it was, within its rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (travel) => {
        const value = rate?.toValue(travel) ?? 0;
        const again = rate?.toValue(rate.toTravel(value)) ?? 0;
        return Math.abs(again - value) <= 0.06 * value;
      }),
    );
  });

  it('never leaves the range of its field', () => {
    const partitions = sliderScale('count', { min: 1, max: 9, integer: true });
    fc.assert(
      fc.property(fc.double({ min: -1, max: 2, noNaN: true }), (travel) => {
        const value = partitions?.toValue(travel) ?? 0;
        return Number.isInteger(value) && value >= 1 && value <= 9;
      }),
    );
  });

  it('is not offered for sizes', () => {
    expect(sliderScale('bytes', { min: 0, max: 100, integer: true })).toBeNull();
  });
});
