import { describe, expect, test } from 'vitest';
import { addCheckpoint, createCheckpoints, dropAfter, eventsBetween, lastBefore } from './checkpoints.ts';

function at(events: number, bytes = 10, applied = 0) {
  return { run: events, timeNs: events * 5, events, applied, sampledNs: -1, bytes };
}

describe('checkpoints', () => {
  test('stay in order, and a point that has one keeps it', () => {
    const checkpoints = createCheckpoints<number>();
    for (const row of [at(30), at(10), at(20), at(20, 10, 1), at(20)]) addCheckpoint(checkpoints, row);
    expect(checkpoints.rows.map(({ events, applied }) => [events, applied])).toEqual([
      [10, 0],
      [20, 0],
      [20, 1],
      [30, 0],
    ]);
    expect(checkpoints.bytes).toBe(40);
  });

  test('hold the caps of number and of bytes, and lie closer together near the newest', () => {
    const checkpoints = createCheckpoints<number>({ rowsMax: 40, bytesMax: 5000 });
    for (let events = 100; events <= 100_000; events += 100) addCheckpoint(checkpoints, at(events, 150));
    expect(checkpoints.rows.length).toBe(33);
    expect(checkpoints.bytes).toBeLessThanOrEqual(5000);
    const events = checkpoints.rows.map((row) => row.events);
    expect(events.at(-1)).toBe(100_000);
    const gaps = events.slice(1).map((value, i) => value - events[i]!);
    expect(Math.max(...gaps.slice(-8))).toBeLessThan(Math.min(...gaps.slice(0, 8)));
    expect(Math.max(events[0]!, ...gaps)).toBeLessThan(10_000);
  });

  test('one larger than the cap is not kept', () => {
    const checkpoints = createCheckpoints<number>({ bytesMax: 100 });
    addCheckpoint(checkpoints, at(1, 101));
    expect(checkpoints).toMatchObject({ rows: [], bytes: 0 });
  });

  test('drop what comes after a point, of one instant too', () => {
    const checkpoints = createCheckpoints<number>();
    for (const row of [at(10), at(20), at(20, 10, 1), at(30)]) addCheckpoint(checkpoints, row);
    dropAfter(checkpoints, { events: 20, applied: 0 });
    expect(checkpoints.rows.map((row) => row.events)).toEqual([10, 20]);
    expect(checkpoints.bytes).toBe(20);
    expect(lastBefore(checkpoints, (row) => row.timeNs <= 60)?.events).toBe(10);
  });

  test('of a large run lie further apart', () => {
    const { limits } = createCheckpoints<number>();
    expect(eventsBetween(limits, 1000)).toBe(20_000);
    expect(eventsBetween(limits, 64 * 2 ** 20)).toBe(2 ** 20);
  });
});
