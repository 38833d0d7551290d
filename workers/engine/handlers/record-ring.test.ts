import { describe, expect, test } from 'vitest';
import { createRecordRing, heldRecords, pushFetched, sift, type RecordRing } from './record-ring.ts';

/** A ring that has wrapped round: `count` records of cursors 0, 1, 0, 1, …, of which two are handed out. */
function ringOf(count: number): RecordRing {
  const ring = createRecordRing();
  for (let gone = 0; gone < 11; gone += 1) pushFetched(ring, -1, -1, -1);
  ring.head = 11;
  ring.split = 11;
  for (let i = 0; i < count; i += 1) pushFetched(ring, i, i % 2, 100 + i);
  ring.split = 13;
  return ring;
}

describe('the records in an instance’s memory', () => {
  test('come out as they went in, also when the ring has grown while it was wrapped', () => {
    for (const count of [3, 16, 17, 100]) {
      const rows = heldRecords(ringOf(count)).map(({ row, offset }) => [row, offset]);
      expect(rows).toEqual(Array.from({ length: count }, (_, i) => [i, 100 + i]));
    }
  });

  test('that leave are given back, those fetched first; the others stay handed out or fetched as they were', () => {
    const ring = ringOf(7);
    const left = sift(ring, ({ cursor }) => cursor === 0);
    expect(left.map(({ row }) => row)).toEqual([3, 5, 1]);
    expect(heldRecords(ring).map(({ row }) => row)).toEqual([0, 2, 4, 6]);
    expect(ring.split - ring.head).toBe(1);
  });
});
