import { expect, test } from 'vitest';
import { createChunks, runSlice } from './slices.ts';

/** Work whose events take a fixed wall time each. */
function machineOf(msPerEvent: number, total = Infinity) {
  let now = 0;
  let done = 0;
  return {
    clock: () => now,
    work: (max: number) => {
      const n = Math.min(max, total - done);
      done += n;
      now += n * msPerEvent;
      return done >= total;
    },
    done: () => done,
  };
}

test('a slice ends soon after its budget, whatever an event costs', () => {
  for (const cost of [0.0002, 0.001, 0.02, 0.2]) {
    const chunks = createChunks();
    const machine = machineOf(cost);
    for (let i = 0; i < 20; i++) runSlice(chunks, machine.clock, 8, machine.work);
    const before = machine.clock();
    expect(runSlice(chunks, machine.clock, 8, machine.work)).toBe(false);
    expect(machine.clock() - before).toBeLessThan(8 + 3.5);
  }
});

test('a slice ends at once when all is done, and does everything', () => {
  const machine = machineOf(0.001, 1000);
  expect(runSlice(createChunks(), machine.clock, 8, machine.work)).toBe(true);
  expect(machine.done()).toBe(1000);
});

test('chunks grow while events are cheap, so that reading the clock costs little', () => {
  const chunks = createChunks();
  const machine = machineOf(0.0002);
  for (let i = 0; i < 10; i++) runSlice(chunks, machine.clock, 8, machine.work);
  expect(chunks.events).toBeGreaterThanOrEqual(2048);
});
