/**
 * Redrawing a chart takes most of a frame. So charts that are due at once take turns, one a frame, and after each the
 * page rests for several times as long as it took: whatever the machine, charts take a fifth of its time at most.
 */

type Redraw = () => void;

export interface Surroundings {
  readonly now: () => number;
  /** Calls back before the next painting. */
  readonly beforePaint: (callback: () => void) => void;
  /** Calls back after `ms`; with 0, once what was set off has been done. */
  readonly after: (ms: number, callback: () => void) => void;
}

const browser: Surroundings = {
  now: () => performance.now(),
  beforePaint: (callback) => void requestAnimationFrame(callback),
  after: (ms, callback) => void setTimeout(callback, ms),
};

/** Rest for each millisecond that a redraw took. */
const REST_FACTOR = 4;

/** @returns a function that has `redraw` called in a frame of its own, and returns how to take it back */
export function createRedrawQueue({ now, beforePaint, after }: Surroundings = browser): (redraw: Redraw) => () => void {
  const waiting = new Set<Redraw>();
  let scheduled = false;

  function schedule(restMs: number): void {
    if (scheduled || waiting.size === 0) return;
    scheduled = true;
    after(restMs, () => beforePaint(redrawNext));
  }

  function redrawNext(): void {
    const [next] = waiting;
    const started = now();
    if (next !== undefined) {
      waiting.delete(next);
      next();
    }
    // React renders after this frame's callback: what comes after it has seen the whole of the redraw.
    after(0, () => {
      scheduled = false;
      schedule((now() - started) * REST_FACTOR);
    });
  }

  return (redraw) => {
    waiting.add(redraw);
    schedule(0);
    return () => waiting.delete(redraw);
  };
}

export const redrawInTurn = createRedrawQueue();
