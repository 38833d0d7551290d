import { expect, test } from 'vitest';
import { createWatchdog, hearAnswer, tick } from './watchdog.ts';

/** Ticks a second apart, each with or without an answer; what the watchdog said. */
function watch(answers: readonly boolean[], watchdog = createWatchdog(0)): string[] {
  return answers.map((answer) => {
    const said = tick(watchdog, watchdog.lastTickMs + 1000);
    if (answer) hearAnswer(watchdog);
    return said;
  });
}

test('a worker that answers is asked every second and lives', () => {
  expect(new Set(watch(Array.from({ length: 100 }, () => true)))).toEqual(new Set(['ping']));
});

test('a worker that has answered before and then not for five seconds is given up', () => {
  expect(watch([true, false, false, false, false, false, false])).toEqual([
    'ping',
    'ping',
    'wait',
    'wait',
    'wait',
    'wait',
    'hung',
  ]);
});

test('one that has never answered may still be loading', () => {
  expect(watch(Array.from({ length: 30 }, () => false))).not.toContain('hung');
  expect(watch(Array.from({ length: 31 }, () => false))).toContain('hung');
});

test('a machine that slept does not cost the worker its life', () => {
  const watchdog = createWatchdog(0);
  watch([true, false, false, false, false], watchdog);
  expect(tick(watchdog, watchdog.lastTickMs + 3_600_000)).toBe('wait');
  expect(watch([true, true], watchdog)).toEqual(['ping', 'ping']);
});
