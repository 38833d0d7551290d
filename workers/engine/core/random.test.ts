import { describe, expect, it } from 'vitest';
import { createRandomStreams, murmur3, nextBelow, nextOpenUnit, nextUint32, nextUnit, openStream } from './random.ts';

describe('the generator', () => {
  it('gives the numbers of the reference implementation', () => {
    // xoshiro128plusplus.c from the state 1, 2, 3, 4; the same vector stands in the tests of rand_xoshiro.
    const streams = createRandomStreams();
    const i = openStream(streams, 0, 'any');
    streams.words.set([1, 2, 3, 4], 4 * i);
    const drawn = Array.from({ length: 10 }, () => nextUint32(streams, i));
    expect(drawn).toEqual([
      641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420,
    ]);
  });

  it('is seeded by MurmurHash3 as published', () => {
    // Published vectors of MurmurHash3_x86_32: the empty text under three seeds.
    expect(murmur3('', 0) >>> 0).toBe(0);
    expect(murmur3('', 1) >>> 0).toBe(0x514e28b7);
    expect(murmur3('', -1) >>> 0).toBe(0x81f16f39);
    // The bytes 21 43 65 87, one block, with two seeds.
    expect(murmur3('\u4321\u8765', 0) >>> 0).toBe(0xf55b516b);
    expect(murmur3('\u4321\u8765', 0x5082edee | 0) >>> 0).toBe(0x2362f9de);
    // The bytes 21 43, half a block.
    expect(murmur3('\u4321', 0) >>> 0).toBe(0xa0f7b07a);
  });
});

describe('streams', () => {
  it('are the same for the same seed and name, and others for any other', () => {
    const first = (seed: number, name: string) => {
      const streams = createRandomStreams();
      const i = openStream(streams, seed, name);
      return nextUint32(streams, i);
    };
    expect(first(7, 'orders')).toBe(first(7, 'orders'));
    const drawn = new Set<number>();
    for (let seed = 0; seed < 50; seed++)
      for (const name of ['', 'a', 'b', 'ab', 'ba', 'a b', 'ä']) drawn.add(first(seed, name));
    expect(drawn.size).toBe(350);
  });

  it('with one name are one stream, that asking again does not move', () => {
    const streams = createRandomStreams();
    const a = openStream(streams, 1, 'a');
    nextUint32(streams, a);
    const words = streams.words.slice();
    expect(openStream(streams, 1, 'a')).toBe(a);
    expect(streams.words).toEqual(words);
    expect(streams.count).toBe(1);
  });

  it('do not move one another, however many there are', () => {
    const alone = createRandomStreams();
    const a = openStream(alone, 3, 'a');
    const expected = Array.from({ length: 100 }, () => nextUint32(alone, a));

    const many = createRandomStreams();
    const others = Array.from({ length: 40 }, (_, n) => openStream(many, 3, `other ${n}`));
    const b = openStream(many, 3, 'a');
    const drawn = expected.map(() => {
      for (const other of others) nextUint32(many, other);
      return nextUint32(many, b);
    });
    expect(drawn).toEqual(expected);
  });

  it('refuses a seed that is no uint32', () => {
    for (const seed of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => openStream(createRandomStreams(), seed, 'a')).toThrow(/seed/);
    }
  });
});

describe('draws', () => {
  const streams = createRandomStreams();
  const i = openStream(streams, 42, 'draws');

  it('lie in their intervals, with the mean and variance of a uniform variable', () => {
    for (const draw of [nextUnit, nextOpenUnit]) {
      const n = 200_000;
      let sum = 0;
      let squares = 0;
      for (let k = 0; k < n; k++) {
        const u = draw(streams, i);
        if (u < 0 || u >= 1) throw new Error(`${u} is outside`);
        sum += u;
        squares += u * u;
      }
      expect(Math.abs(sum / n - 1 / 2)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
      expect(Math.abs(squares / n - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / n));
    }
  });

  it('nextOpenUnit never reaches its ends, whatever the generator gives', () => {
    const ends = createRandomStreams();
    const at = openStream(ends, 0, 'ends');
    ends.words.fill(0);
    expect(nextOpenUnit(ends, at)).toBe(2 ** -53);
    expect((0x3ffffff * 0x4000000 + 0x3ffffff + 0.5) * 2 ** -52 < 1).toBe(true);
  });

  it('nextBelow gives every number equally often', () => {
    for (const n of [1, 2, 3, 7, 12, 1000]) {
      const counts = new Float64Array(n);
      const draws = 1000 * n;
      for (let k = 0; k < draws; k++) counts[nextBelow(streams, i, n)]!++;
      let chi = 0;
      for (const count of counts) chi += (count - 1000) ** 2 / 1000;
      // Mean n - 1, variance 2(n - 1).
      expect(chi).toBeLessThanOrEqual(n - 1 + 4.5 * Math.sqrt(2 * n));
    }
  });

  it('nextBelow keeps its bounds for large n', () => {
    for (const n of [0x200000, 0x200001, 3_000_000_000, 2 ** 32 - 1]) {
      let sum = 0;
      for (let k = 0; k < 20_000; k++) {
        const x = nextBelow(streams, i, n);
        if (!(x >= 0 && x < n && Number.isInteger(x))) throw new Error(`${x} is not below ${n}`);
        sum += x / n;
      }
      expect(Math.abs(sum / 20_000 - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / 20_000));
    }
    expect(() => nextBelow(streams, i, 0)).toThrow();
  });
});
