import { expect, it } from 'vitest';
import { humanize } from './words.ts';

it('writes names as a person would', () => {
  expect(humanize('hyperexponential')).toBe('Hyperexponential');
  expect(humanize('consistentHash')).toBe('Consistent hash');
  expect(humanize('at-least-once')).toBe('At least once');
  expect(humanize('no confirms')).toBe('No confirms');
});
