import { describe, expect, it } from 'vitest';
import { packPlain, releasePacked, unpackPlain } from './packed.ts';
import { equalPlain, sharedPath } from './plain.ts';

const PAGE_BYTES = 16_384;

function columns(rows: number) {
  return { used: 3, time: Float64Array.from({ length: rows }, (_, i) => i + 0.5), flags: new Uint8Array(rows).fill(7) };
}

describe('packPlain', () => {
  it('holds again only the pages that have changed', () => {
    const state = columns(100_000);
    const first = packPlain(state, null);
    expect(first.addedBytes).toBeGreaterThan(900_000);
    state.time[50_000] = -1;
    const second = packPlain(state, first);
    expect(second.addedBytes - second.ownBytes).toBeGreaterThan(PAGE_BYTES);
    expect(second.addedBytes - second.ownBytes).toBeLessThan(PAGE_BYTES * 1.1);
    expect(equalPlain(unpackPlain(second, null), state)).toBeNull();
    state.time[50_000] = 50_000.5;
    expect(equalPlain(unpackPlain(first, null), state)).toBeNull();
  });

  it('tells 0 from -0 and one NaN from another value', () => {
    const state = { column: new Float64Array(10) };
    const zero = packPlain(state, null);
    state.column[3] = -0;
    const minus = packPlain(state, zero);
    state.column[3] = Number.NaN;
    const nan = packPlain(state, minus);
    const third = (packed: typeof zero) => unpackPlain<typeof state>(packed, null).column[3];
    expect([third(zero), third(minus), third(nan)]).toEqual([0, -0, Number.NaN]);
  });

  it('holds nothing for capacity that nobody has used', () => {
    const packed = packPlain({ column: new Float64Array(2 ** 20) }, null);
    expect(packed.addedBytes).toBeLessThan(10_000);
    expect(packed.stateBytes).toBeGreaterThan(2 ** 23);
    expect(equalPlain(unpackPlain(packed, null), { column: new Float64Array(2 ** 20) })).toBeNull();
  });

  it('shares the beginning of a column that has grown', () => {
    const first = packPlain({ log: Int32Array.from({ length: 2 ** 16 }, (_, i) => i + 1) }, null);
    const grown = new Int32Array(2 ** 17);
    grown.set(Int32Array.from({ length: 2 ** 16 }, (_, i) => i + 1));
    const second = packPlain({ log: grown }, first);
    expect(second.addedBytes).toBe(second.ownBytes);
    expect(equalPlain(unpackPlain(second, null), { log: grown })).toBeNull();
  });

  it('writes over the columns of a state that nobody needs, stale rows included', () => {
    const packed = packPlain({ a: new Float64Array(9), b: Uint8Array.of(1, 2, 3), c: [Int32Array.of(4)] }, null);
    const spent = { a: new Float64Array(9).fill(5), b: Uint8Array.of(9, 9, 9), c: [Int32Array.of(9, 9)] };
    const state = unpackPlain<typeof spent>(packed, spent);
    expect(state).toEqual({ a: new Float64Array(9), b: Uint8Array.of(1, 2, 3), c: [Int32Array.of(4)] });
    expect([state.a, state.b]).toEqual([spent.a, spent.b]);
    expect(state.a.buffer).toBe(spent.a.buffer);
  });

  it('leaves the records of a spent state alone: what it came from may still be in use', () => {
    const arrivals = { type: 'poisson', rate: 7 };
    const design = { nodes: [{ arrivals }] };
    const packed = packPlain(
      { design: { nodes: [{ arrivals: { type: 'bursts', rate: 1 } }] }, settings: [{ arrivals }] },
      null,
    );
    const state = unpackPlain<unknown>(packed, { design, settings: [{ arrivals }] });
    expect(state).toEqual({
      design: { nodes: [{ arrivals: { type: 'bursts', rate: 1 } }] },
      settings: [{ arrivals: { type: 'poisson', rate: 7 } }],
    });
    expect(arrivals).toEqual({ type: 'poisson', rate: 7 });
    expect(sharedPath(state)).toBeNull();
  });

  it('says where the state is not plain, and refuses a cycle', () => {
    expect(() => packPlain({ nodes: [1, { part: new Map() }] }, null)).toThrow('nodes[1].part is a Map');
    const ring: { next?: unknown } = {};
    ring.next = ring;
    expect(() => packPlain(ring, null)).toThrow('cycle');
  });
});

describe('releasePacked', () => {
  it('frees what nobody shares, in any order, to the last byte', () => {
    const state = columns(100_000);
    const packed = [packPlain(state, null)];
    for (let i = 1; i < 6; i++) {
      state.time[i * 10_000] = -1;
      packed.push(packPlain(state, packed.at(-1)!));
    }
    const held = packed.reduce((sum, one) => sum + one.addedBytes, 0);
    const freed = [3, 0, 5, 1, 2, 4].map((i) => releasePacked(packed[i]!));
    expect(freed.reduce((sum, bytes) => sum + bytes, 0)).toBe(held);
    expect(Math.max(...freed.slice(0, 5))).toBeLessThan(held / 4);
    expect(() => releasePacked(packed[0]!)).toThrow('twice');
  });
});
