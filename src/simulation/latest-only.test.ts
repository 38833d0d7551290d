import { expect, test } from 'vitest';
import { createLatestOnly } from './latest-only.ts';

test('of what is asked for during one piece of work only the last is done', async () => {
  const done: number[] = [];
  let release: () => void = () => {};
  const seeks = createLatestOnly<number>((value) => {
    done.push(value);
    return new Promise((resolve) => (release = resolve));
  });
  const all = Promise.all([1, 2, 3, 4].map(seeks.ask));
  release();
  await Promise.resolve();
  await Promise.resolve();
  release();
  await all;
  expect(done).toEqual([1, 4]);
});

test('a failure is told to those who asked, and does not stop what comes after', async () => {
  const seeks = createLatestOnly<number>((value) => (value < 0 ? Promise.reject(new Error('no')) : Promise.resolve()));
  await expect(seeks.ask(-1)).rejects.toThrow('no');
  await expect(seeks.ask(1)).resolves.toBeUndefined();
});
