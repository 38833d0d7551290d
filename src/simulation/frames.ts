/**
 * The newest frame, outside of React: sixty times a second is no pace for state. Who draws subscribes, and reads the
 * gauges it needs from `current()`.
 */
import { HEADER, STATUS, type Layout } from '../../workers/protocol/frame.ts';
import { createShownClock, hearFrame, shownNs } from './interpolation.ts';

export interface Frame {
  readonly values: Float64Array;
  readonly layout: Layout;
}

/** What the buffer needs from its surroundings; a browser's by default. */
export interface FrameSurroundings {
  readonly wallMs: () => number;
  /** Calls back before the next painting of the page. */
  readonly beforePaint: (draw: () => void) => void;
}

export interface FrameBuffer {
  /** The newest frame; null before the first. To be read now and not kept: its memory is used again. */
  readonly current: () => Frame | null;
  /** Called once a display frame when a new one is there. Returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  /** The same for what is read and not watched: at most ten times a second while the run plays, at once otherwise. */
  readonly subscribePaced: (listener: () => void) => () => void;
  /** Simulated nanoseconds, flowing between frames: for what moves. */
  readonly nowNs: () => number;
  /** The layout of the frames that follow. */
  readonly hearLayout: (layout: Layout) => void;
  /**
   * A frame has come; `drawn` is called when all subscribers have drawn it, with the memory of an earlier one that nobody
   * reads any more. A frame of another layout is skipped.
   */
  readonly hearFrame: (buffer: ArrayBuffer, drawn: (spent: ArrayBuffer | null) => void) => void;
  /** Another worker takes over: its layouts count anew. */
  readonly forgetLayout: () => void;
}

/** Digits that change faster cannot be read, and every change of a text makes the browser lay out and sort its layers. */
const PACED_EVERY_MS = 95;

const browser: FrameSurroundings = {
  wallMs: () => performance.now(),
  beforePaint: (draw) => void requestAnimationFrame(draw),
};

export function createFrameBuffer({ wallMs, beforePaint }: FrameSurroundings = browser): FrameBuffer {
  const listeners = new Set<() => void>();
  const clock = createShownClock();
  let frame: Frame | null = null;
  /** The frame before: still intact for who read it a moment ago. */
  let previous: ArrayBuffer | null = null;
  let layout: Layout | null = null;

  function draw(drawn: () => void): void {
    for (const listener of listeners) {
      try {
        listener();
      } catch (error) {
        // One broken face must not stop the others, nor the frames.
        reportError(error);
      }
    }
    drawn();
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  return {
    current: () => frame,
    subscribe,
    subscribePaced(listener) {
      let calledMs = -Infinity;
      return subscribe(() => {
        const nowMs = wallMs();
        if (frame?.values[HEADER.status] === STATUS.playing && nowMs - calledMs < PACED_EVERY_MS) return;
        calledMs = nowMs;
        listener();
      });
    },
    nowNs: () => shownNs(clock, wallMs()),
    hearLayout(next) {
      layout = next;
    },
    hearFrame(buffer, drawn) {
      const values = new Float64Array(buffer);
      if (layout === null || values[HEADER.layout] !== layout.version) {
        drawn(buffer);
        return;
      }
      const spent = previous;
      previous = (frame?.values.buffer as ArrayBuffer | undefined) ?? null;
      frame = { values, layout };
      const playing = values[HEADER.status] === STATUS.playing;
      hearFrame(clock, wallMs(), values[HEADER.timeNs]!, values[HEADER.speed]!, playing);
      beforePaint(() => draw(() => drawn(spent)));
    },
    forgetLayout() {
      layout = null;
    },
  };
}

export const frames = createFrameBuffer();
