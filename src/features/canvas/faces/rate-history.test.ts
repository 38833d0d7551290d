import { describe, expect, it } from 'vitest';
import { BINS, currentRate, emptyHistory, observe } from './rate-history.ts';

const MS = 1e6;

function play(history = emptyHistory(), fromMs = 0, untilMs = 5000, perSecond = 40, speed = 1) {
  for (let ms = fromMs; ms <= untilMs; ms += 16 * speed) {
    observe(history, ms * MS, Math.floor((ms / 1000) * perSecond), speed);
  }
  return history;
}

describe('the rate of a source', () => {
  it('is the one at which its total grows, at every speed', () => {
    for (const speed of [0.1, 1, 50]) {
      const untilMs = 5000 * Math.max(1, speed);
      const history = play(emptyHistory(), 0, untilMs, 40, speed);
      const rate = currentRate(history, untilMs * MS, Math.floor((untilMs / 1000) * 40));
      expect(rate).toBeGreaterThan(36);
      expect(rate).toBeLessThan(44);
      for (const bin of history.bins) expect(Math.abs(bin - 40)).toBeLessThan(12);
    }
  });

  it('is not there before anything was seen', () => {
    expect(currentRate(emptyHistory(), 0, 0)).toBeNaN();
  });

  it('keeps a bounded past', () => {
    expect(play(emptyHistory(), 0, 60_000).bins).toHaveLength(BINS);
  });

  it('forgets when another instant is shown', () => {
    const history = play();
    observe(history, 100 * MS, 4, 1);
    expect(history.bins).toEqual([]);
    expect(currentRate(history, 100 * MS, 4)).toBeNaN();
    play(history, 100, 3000);
    expect(history.bins.every((bin) => bin >= 0)).toBe(true);
  });
});
