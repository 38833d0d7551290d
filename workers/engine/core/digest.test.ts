import { describe, expect, it } from 'vitest';
import { createDigest, digestHex, mixEvent, mixInt, mixNumber, mixText, type Digest } from './digest.ts';

const digestOf = (mix: (digest: Digest) => void) => {
  const digest = createDigest();
  mix(digest);
  return digestHex(digest);
};

describe('digest', () => {
  it('is 16 hexadecimal digits, and reading does not change it', () => {
    const digest = createDigest();
    mixNumber(digest, 1);
    const first = digestHex(digest);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(digestHex(digest)).toBe(first);
  });

  it('depends on values, their order, their number and how they were mixed in', () => {
    const all = [
      digestOf(() => {}),
      digestOf((d) => mixNumber(d, 0)),
      digestOf((d) => {
        mixNumber(d, 0);
        mixNumber(d, 0);
      }),
      digestOf((d) => mixInt(d, 0)),
      digestOf((d) => mixText(d, '')),
      digestOf((d) => {
        mixText(d, 'a');
        mixText(d, 'b');
      }),
      digestOf((d) => {
        mixText(d, 'ab');
        mixText(d, '');
      }),
      digestOf((d) => {
        mixText(d, '');
        mixText(d, 'ab');
      }),
      digestOf((d) => mixText(d, 'ab')),
      digestOf((d) => mixText(d, 'abcd\u0000')),
      digestOf((d) => mixText(d, 'abcd')),
      digestOf((d) => {
        mixNumber(d, 1);
        mixNumber(d, 2);
      }),
      digestOf((d) => {
        mixNumber(d, 2);
        mixNumber(d, 1);
      }),
      digestOf((d) => mixEvent(d, 0, 0)),
      digestOf((d) => mixEvent(d, 1, 0)),
      digestOf((d) => mixEvent(d, 0, 1)),
      // Beyond 32 bits, where the low word is the same.
      digestOf((d) => mixEvent(d, 2 ** 32, 0)),
      digestOf((d) => mixEvent(d, 2 ** 33, 0)),
      digestOf((d) => mixNumber(d, Number.NaN)),
      digestOf((d) => mixNumber(d, Infinity)),
      digestOf((d) => mixNumber(d, Number.MIN_VALUE)),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('depends on every letter of a text', () => {
    const text = 'abcdefghi';
    for (let length = 1; length <= text.length; length += 1) {
      const of = (t: string) => digestOf((d) => mixText(d, t));
      const whole = text.slice(0, length);
      const changed = Array.from({ length }, (_, i) => of(`${whole.slice(0, i)}!${whole.slice(i + 1)}`));
      expect(new Set([of(whole), ...changed]).size).toBe(length + 1);
    }
  });

  it('takes -0 for 0 and every NaN for the same', () => {
    expect(digestOf((d) => mixNumber(d, -0))).toBe(digestOf((d) => mixNumber(d, 0)));
    const oddNaN = new Float64Array(Uint32Array.of(5, 0xfff80001).buffer)[0]!;
    expect(digestOf((d) => mixNumber(d, oddNaN))).toBe(digestOf((d) => mixNumber(d, Number.NaN)));
  });

  it('tells 300,000 neighbouring numbers apart, in either half too', () => {
    const whole = new Set<string>();
    for (let i = 0; i < 300_000; i++) whole.add(digestOf((d) => mixNumber(d, i)));
    expect(whole.size).toBe(300_000);
    // 300,000 draws out of 2^32 collide 10.5 times on average.
    const half = (from: number) => new Set([...whole].map((text) => text.slice(from, from + 8))).size;
    expect(300_000 - half(0)).toBeLessThan(30);
    expect(300_000 - half(8)).toBeLessThan(30);
  });

  it('changes every digit bit about half of the time when one bit of the input changes', () => {
    const flips = new Float64Array(64);
    const trials = 4000;
    for (let i = 0; i < trials; i++) {
      const base = i * 7919;
      const a = BigInt(
        `0x${digestOf((d) => {
          mixInt(d, base);
          mixNumber(d, 3);
        })}`,
      );
      const b = BigInt(
        `0x${digestOf((d) => {
          mixInt(d, base ^ (1 << (i % 31)));
          mixNumber(d, 3);
        })}`,
      );
      for (let bit = 0; bit < 64; bit++) if (((a ^ b) >> BigInt(bit)) & 1n) flips[bit]!++;
    }
    for (const count of flips) expect(Math.abs(count / trials - 0.5)).toBeLessThan(0.05);
  });

  it('has golden values', () => {
    expect(
      digestOf((d) => {
        mixText(d, 'orders');
        mixInt(d, 42);
        mixNumber(d, 0.1);
      }),
    ).toMatchInlineSnapshot(`"d08ca927a479c884"`);
  });
});
