import { expect, test } from 'vitest';
import { sayOrphans } from './words.ts';

test('what becomes of the branches of one that goes', () => {
  expect(sayOrphans({ children: [], parent: 'Main' })).toBe('');
  expect(sayOrphans({ children: ['Later'], parent: 'Main' })).toBe(' “Later”, which left it, stays: behind “Main”.');
  expect(sayOrphans({ children: ['A', 'B'], parent: null })).toBe(' The 2 branches that left it stay: from the start.');
});
