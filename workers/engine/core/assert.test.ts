import { expect, it } from 'vitest';
import { assert, AssertionFailure, unreachable } from './assert.ts';

it('a failed assertion carries its sentence, made only when needed', () => {
  let made = 0;
  const message = () => `made ${++made} times`;
  assert(true, message);
  expect(made).toBe(0);
  expect(() => assert(false, message)).toThrow(new AssertionFailure('made 1 times'));
  expect(() => assert(false, 'plain')).toThrow(AssertionFailure);
});

it('unreachable names the case that was not handled', () => {
  expect(() => unreachable({ kind: 'new' } as never)).toThrow('{"kind":"new"}');
});
