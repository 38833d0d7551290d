/**
 * Pacing: how far simulated time should have come at a given wall time. The only place where the two clocks meet.
 * Plain data and functions of the wall time given; nothing here reads a clock.
 */
const NS_PER_MS = 1_000_000;

/** A run that cannot keep up does not save up more debt than this to sprint off later: it is slower, and says so. */
export const DEBT_MAX_MS = 100;
/** The speed reported is that of the last window or of the one before. */
const WINDOW_MS = 250;
/** Below this a measurement is mostly noise. */
const MEASURABLE_MS = 40;

export interface Pace {
  /** Simulated seconds per wall second: in (0, 1e6], or `Infinity` for as fast as the machine can. */
  speed: number;
  anchorWallMs: number;
  anchorNs: number;
  windowWallMs: number;
  windowNs: number;
  /** Measured in the last full window; NaN before there was one. */
  measured: number;
}

export function createPace(speed = 1): Pace {
  return { speed, anchorWallMs: 0, anchorNs: 0, windowWallMs: 0, windowNs: 0, measured: Number.NaN };
}

/** Starts or restarts the clock: at play, after a jump, after a change of speed. */
export function anchor(pace: Pace, wallMs: number, nowNs: number): void {
  pace.anchorWallMs = wallMs;
  pace.anchorNs = nowNs;
  pace.windowWallMs = wallMs;
  pace.windowNs = nowNs;
  pace.measured = Number.NaN;
}

/** The simulated instant that is due: a whole number, `Infinity` at unlimited speed. */
export function dueNs(pace: Pace, wallMs: number): number {
  if (pace.speed === Infinity) return Infinity;
  return Math.floor(pace.anchorNs + (wallMs - pace.anchorWallMs) * pace.speed * NS_PER_MS);
}

/** To be told after every slice: measures the speed reached, and writes off what cannot be caught up with. */
export function observePace(pace: Pace, wallMs: number, nowNs: number): void {
  const elapsedMs = wallMs - pace.windowWallMs;
  if (elapsedMs >= WINDOW_MS) {
    pace.measured = (nowNs - pace.windowNs) / NS_PER_MS / elapsedMs;
    pace.windowWallMs = wallMs;
    pace.windowNs = nowNs;
  }
  const debtMs = (dueNs(pace, wallMs) - nowNs) / NS_PER_MS / pace.speed;
  if (pace.speed < Infinity && debtMs > DEBT_MAX_MS) {
    pace.anchorWallMs = wallMs - DEBT_MAX_MS;
    pace.anchorNs = nowNs;
  }
}

/** Simulated seconds per wall second lately. The wanted speed while it is too early to tell, 0 then if that is unlimited. */
export function achievedSpeed(pace: Pace, wallMs: number, nowNs: number): number {
  if (pace.measured === pace.measured) return pace.measured;
  const elapsedMs = wallMs - pace.windowWallMs;
  if (elapsedMs >= MEASURABLE_MS) return (nowNs - pace.windowNs) / NS_PER_MS / elapsedMs;
  return pace.speed === Infinity ? 0 : pace.speed;
}
