import { expect, test } from 'vitest';
import { coordinatorPartition, javaHashCode } from './coordinator.ts';

test('[KP8] an id is hashed as Java hashes text', () => {
  expect(javaHashCode('')).toBe(0);
  expect(javaHashCode('orders')).toBe(-1008770331);
  expect(javaHashCode('polygenelubricants')).toBe(-2147483648);
});

test('[KP8] an id belongs to the absolute value of its hash modulo the internal partitions', () => {
  expect(coordinatorPartition('orders')).toBe(31);
  expect(coordinatorPartition('orders', 7)).toBe(1008770331 % 7);
});

test('[KP8] the one hash without an absolute value belongs to partition 0', () => {
  expect(coordinatorPartition('polygenelubricants')).toBe(0);
});
