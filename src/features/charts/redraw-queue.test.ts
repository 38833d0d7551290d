import { expect, it } from 'vitest';
import { createRedrawQueue } from './redraw-queue.ts';

/** A page whose clock is moved by hand; every redraw takes 10 ms. */
function page() {
  let nowMs = 0;
  const due: { atMs: number; callback: () => void }[] = [];
  const log: string[] = [];
  const queue = createRedrawQueue({
    now: () => nowMs,
    beforePaint: (callback) => due.push({ atMs: nowMs, callback }),
    after: (ms, callback) => due.push({ atMs: nowMs + ms, callback }),
  });
  const redraw = (name: string) => () => {
    log.push(`${name} at ${nowMs}`);
    nowMs += 10;
  };
  const run = () => {
    while (due.length > 0) {
      due.sort((a, b) => a.atMs - b.atMs);
      const next = due.shift();
      nowMs = Math.max(nowMs, next?.atMs ?? 0);
      next?.callback();
    }
  };
  return { queue, redraw, run, log };
}

it('redraws one chart at a time, and rests four times as long as it took', () => {
  const { queue, redraw, run, log } = page();
  queue(redraw('a'));
  queue(redraw('b'));
  queue(redraw('c'));
  run();
  expect(log).toEqual(['a at 0', 'b at 50', 'c at 100']);
});

it('takes back a redraw that is no longer wanted', () => {
  const { queue, redraw, run, log } = page();
  queue(redraw('a'));
  queue(redraw('b'))();
  run();
  expect(log).toEqual(['a at 0']);
});
