/**
 * The watchdog: says when a worker counts as hung. It is told of every tick and every answer, and reads no clock itself.
 *
 * What it counts are ticks, not seconds: a laptop that slept, or a tab that the browser held back, is late with the tick
 * as well, and a worker must not be killed for having slept with the rest of the machine.
 */
export const TICK_MS = 1000;
/** Ticks in a row without an answer after which the worker is given up. */
const TICKS_WITHOUT_ANSWER = 5;
/** A worker that has not answered once may still be on its way through the network. */
const TICKS_WITHOUT_FIRST_ANSWER = 30;
/** After a tick so late the counting begins anew. */
const LATE_MS = 3 * TICK_MS;

export interface Watchdog {
  answered: boolean;
  silentTicks: number;
  lastTickMs: number;
}

/** For a worker just started. */
export function createWatchdog(wallMs: number): Watchdog {
  return { answered: false, silentTicks: 0, lastTickMs: wallMs };
}

/** `ping`: ask again. `wait`: an answer is outstanding. `hung`: give the worker up. */
export function tick(watchdog: Watchdog, wallMs: number): 'ping' | 'wait' | 'hung' {
  const late = wallMs - watchdog.lastTickMs > LATE_MS;
  watchdog.lastTickMs = wallMs;
  if (late) {
    watchdog.silentTicks = 0;
    return 'wait';
  }
  watchdog.silentTicks += 1;
  if (watchdog.silentTicks === 1) return 'ping';
  const patience = watchdog.answered ? TICKS_WITHOUT_ANSWER : TICKS_WITHOUT_FIRST_ANSWER;
  return watchdog.silentTicks > patience ? 'hung' : 'wait';
}

export function hearAnswer(watchdog: Watchdog): void {
  watchdog.answered = true;
  watchdog.silentTicks = 0;
}
