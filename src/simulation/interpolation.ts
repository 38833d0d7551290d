/**
 * Simulated time between frames, for what moves. Frames come at uneven wall times and show uneven instants; what is drawn
 * must flow. So the clock shown runs on at the speed of the run, and each frame pulls it a little towards the truth.
 */
const NS_PER_MS = 1_000_000;
/** Share of the difference that one frame takes back. */
const PULL = 0.25;
/** A difference of more than this much wall time's worth is a jump, not a wobble. */
const JUMP_MS = 150;
/** Without frames for so long the clock stands still: the worker is busy or gone. */
const RUN_ON_MS = 250;

/** Plain data. */
export interface ShownClock {
  anchorNs: number;
  anchorWallMs: number;
  /** Simulated seconds per wall second; 0 while not playing. */
  speed: number;
}

export function createShownClock(): ShownClock {
  return { anchorNs: 0, anchorWallMs: 0, speed: 0 };
}

/** @returns simulated nanoseconds; equals the last frame's while not playing */
export function shownNs(clock: ShownClock, wallMs: number): number {
  const elapsedMs = Math.min(Math.max(0, wallMs - clock.anchorWallMs), RUN_ON_MS);
  return clock.anchorNs + elapsedMs * clock.speed * NS_PER_MS;
}

/** A frame has come. While playing, time shown never goes back except for a jump. */
export function hearFrame(clock: ShownClock, wallMs: number, timeNs: number, speed: number, playing: boolean): void {
  const shown = shownNs(clock, wallMs);
  const wasPlaying = clock.speed > 0;
  clock.speed = playing ? speed : 0;
  clock.anchorWallMs = wallMs;
  const jumpNs = JUMP_MS * speed * NS_PER_MS;
  if (!playing || !wasPlaying || Math.abs(timeNs - shown) > jumpNs) clock.anchorNs = timeNs;
  else clock.anchorNs = shown + (timeNs - shown) * PULL;
}
