import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packPlain, type Packed } from '../core/packed.ts';
import { addCheckpoint, createCheckpoints, dropAfter, eventsBetween, lastBefore } from './checkpoints.ts';

/** With a log of so many bytes that shares nothing with another one, unless it follows `before`. */
function at(events: number, { bytes = 40, applied = 0, before = null as Packed | null } = {}) {
  const log = Int32Array.from({ length: bytes / 4 }, (_, i) => (before === null ? events * 1000 + i + 1 : i + 1));
  return { packed: packPlain({ log }, before), timeNs: events * 5, events, applied, sampledNs: -1 };
}

describe('checkpoints', () => {
  test('stay in order, and a point that has one keeps it', () => {
    const checkpoints = createCheckpoints();
    const rows = [at(30), at(10), at(20), at(20, { applied: 1 })];
    for (const row of rows) addCheckpoint(checkpoints, row);
    addCheckpoint(checkpoints, at(20, { bytes: 4000 }));
    expect(checkpoints.rows.map(({ events, applied }) => [events, applied])).toEqual([
      [10, 0],
      [20, 0],
      [20, 1],
      [30, 0],
    ]);
    expect(checkpoints.bytes).toBe(rows.reduce((sum, row) => sum + row.packed.addedBytes, 0));
  });

  test('hold the caps of number and of bytes, and lie closer together near the newest', () => {
    const each = at(1, { bytes: 4000 }).packed.addedBytes;
    const checkpoints = createCheckpoints({ rowsMax: 40, bytesMax: 33.5 * each });
    for (let events = 100; events <= 100_000; events += 100) addCheckpoint(checkpoints, at(events, { bytes: 4000 }));
    expect(checkpoints.rows.length).toBe(33);
    expect(checkpoints.bytes).toBe(33 * each);
    const events = checkpoints.rows.map((row) => row.events);
    expect(events.at(-1)).toBe(100_000);
    const gaps = events.slice(1).map((value, i) => value - events[i]!);
    expect(Math.max(...gaps.slice(-8))).toBeLessThan(Math.min(...gaps.slice(0, 8)));
    expect(Math.max(events[0]!, ...gaps)).toBeLessThan(10_000);
  });

  test('law: however long the run, no gap is wider than six times that of an even spread', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 60 }),
        fc.array(fc.integer({ min: 10, max: 20 }), { maxLength: 600, size: 'max' }),
        (most, steps) => {
          const checkpoints = createCheckpoints({ rowsMax: most });
          let events = 0;
          for (const step of steps) addCheckpoint(checkpoints, at((events += step), { bytes: 0 }));
          const rows = [0, ...checkpoints.rows.map((row) => row.events)];
          const gaps = rows.slice(1).map((value, i) => value - rows[i]!);
          expect(Math.max(0, ...gaps)).toBeLessThanOrEqual(Math.max(20, (6 * events) / most));
          expect(checkpoints.rows.length).toBe(Math.min(most, steps.length));
        },
      ),
    );
  });

  test('one larger than the cap is not kept', () => {
    const checkpoints = createCheckpoints({ bytesMax: 1000 });
    addCheckpoint(checkpoints, at(1, { bytes: 1000 }));
    expect(checkpoints).toMatchObject({ rows: [], bytes: 0 });
  });

  test('what two of them share is held once, and until the last of them goes', () => {
    const bytes = 2 ** 18;
    const checkpoints = createCheckpoints({ bytesMax: 2 * bytes });
    const first = at(10, { bytes });
    const shared = packPlain({ log: Int32Array.from({ length: bytes / 4 }, (_, i) => i + 1) }, null);
    addCheckpoint(checkpoints, { ...first, packed: shared });
    for (let events = 20; events <= 200; events += 10) {
      addCheckpoint(checkpoints, at(events, { bytes, before: checkpoints.rows.at(-1)!.packed }));
    }
    expect(checkpoints.rows.length).toBe(20);
    expect(checkpoints.bytes).toBeLessThan(bytes * 1.1);
    dropAfter(checkpoints, { events: 10, applied: 0 });
    expect(checkpoints.bytes).toBe(shared.addedBytes);
    dropAfter(checkpoints, { events: 0, applied: 0 });
    expect(checkpoints.bytes).toBe(0);
  });

  test('the one just added stays, wherever it lies', () => {
    const checkpoints = createCheckpoints({ rowsMax: 10 });
    for (let events = 1000; events <= 10_000; events += 1000) addCheckpoint(checkpoints, at(events));
    addCheckpoint(checkpoints, at(5001));
    expect(checkpoints.rows.map((row) => row.events)).toContain(5001);
    expect(checkpoints.rows.length).toBe(10);
  });

  test('drop what comes after a point, of one instant too', () => {
    const checkpoints = createCheckpoints();
    for (const row of [at(10), at(20), at(20, { applied: 1 }), at(30)]) addCheckpoint(checkpoints, row);
    dropAfter(checkpoints, { events: 20, applied: 0 });
    expect(checkpoints.rows.map((row) => row.events)).toEqual([10, 20]);
    expect(checkpoints.bytes).toBe(2 * at(10).packed.addedBytes);
    expect(lastBefore(checkpoints, (row) => row.timeNs <= 60)?.events).toBe(10);
  });

  test('of a large run lie further apart', () => {
    const { limits } = createCheckpoints();
    expect(eventsBetween(limits, 1000)).toBe(20_000);
    expect(eventsBetween(limits, 64 * 2 ** 20)).toBe(2 ** 20);
  });
});
