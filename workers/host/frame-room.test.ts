import { expect, test } from 'vitest';
import { roomFor } from './frame-room.ts';

test('a frame is packed into the memory of a spent one, wiped, and into new memory when that is too small', () => {
  const first = roomFor(5000, null);
  first.fill(7);
  const second = roomFor(6000, first.buffer);
  expect(second.buffer).toBe(first.buffer);
  expect(second.every((value) => value === 0)).toBe(true);
  const third = roomFor(second.length + 1, second.buffer);
  expect(third.buffer).not.toBe(second.buffer);
  expect(third.length).toBeGreaterThan(second.length);
});
