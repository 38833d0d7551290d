import { expect, test } from 'vitest';
import { HOP, HOP_WORDS } from './hops.ts';

test('every hop has a number of its own, and a word in that place', () => {
  expect(Object.values(HOP)).toEqual(HOP_WORDS.map((_, place) => place));
});
