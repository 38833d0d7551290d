import { expect, it } from 'vitest';
import { PRODUCER } from '../../workers/protocol/frame.ts';
import { sentNowhere } from './sent-nowhere.ts';

it.each([
  { why: 'nothing happened yet', figures: {}, expected: false },
  { why: 'facts, and no edge to send them over', figures: { attempted: 227 }, expected: true },
  { why: 'all of it still waits', figures: { attempted: 3, waiting: 3 }, expected: false },
  { why: 'all of it was refused', figures: { attempted: 3, refused: 3 }, expected: false },
  { why: 'some arrived', figures: { attempted: 3, acknowledged: 1, unknown: 2 }, expected: false },
] as const)('$why: $expected', ({ figures, expected }) => {
  const values = new Float64Array(1 + PRODUCER.size);
  for (const [figure, count] of Object.entries(figures)) values[1 + PRODUCER[figure as keyof typeof figures]] = count;
  expect(sentNowhere(values, 1)).toBe(expected);
});
