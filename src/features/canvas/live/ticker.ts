/**
 * One subscription to the frames for the whole canvas.
 *
 * What moves is painted with every frame. Text is painted at most `TEXT_PER_SECOND` times a second, a third of it at a
 * time, so that three hundred faces do not ask for a layout in the same frame; the last text is always painted, also
 * when no further frame comes.
 */
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { frames } from '../../../simulation/frames.ts';

export type Paint = (values: Float64Array, layout: Layout) => void;

export const TEXT_PER_SECOND = 10;
const BUCKETS = 3;
const BUCKET_EVERY_MS = 1000 / TEXT_PER_SECOND / BUCKETS;

const moving = new Set<Paint>();
const texts: readonly Set<Paint>[] = Array.from({ length: BUCKETS }, () => new Set<Paint>());
let nextBucket = 0;
let paintedAtMs = -Infinity;
/** Buckets that have not seen the newest frame. */
let behind = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let unsubscribe: (() => void) | undefined;

function paintAll(paints: ReadonlySet<Paint>): void {
  const frame = frames.current();
  if (frame === null) return;
  for (const paint of paints) paint(frame.values, frame.layout);
}

function paintNextBucket(): void {
  timer = undefined;
  paintedAtMs = performance.now();
  paintAll(texts[nextBucket]!);
  nextBucket = (nextBucket + 1) % BUCKETS;
  behind -= 1;
  schedule();
}

function schedule(): void {
  if (behind <= 0 || timer !== undefined) return;
  timer = setTimeout(paintNextBucket, Math.max(0, paintedAtMs + BUCKET_EVERY_MS - performance.now()));
}

function onFrame(): void {
  paintAll(moving);
  behind = BUCKETS;
  if (timer === undefined && performance.now() - paintedAtMs >= BUCKET_EVERY_MS) paintNextBucket();
  else schedule();
}

function register(paints: Set<Paint>, paint: Paint): () => void {
  paints.add(paint);
  unsubscribe ??= frames.subscribe(onFrame);
  const frame = frames.current();
  if (frame !== null) paint(frame.values, frame.layout);
  return () => {
    paints.delete(paint);
    if (moving.size > 0 || texts.some((bucket) => bucket.size > 0)) return;
    unsubscribe?.();
    unsubscribe = undefined;
  };
}

/** Calls `paint` with every frame, and at once if there is one. Returns how to stop. */
export function paintEveryFrame(paint: Paint): () => void {
  return register(moving, paint);
}

/** Calls `paint` at the pace of text, and at once if there is a frame. Returns how to stop. */
export function paintText(paint: Paint): () => void {
  const smallest = texts.reduce((least, bucket) => (bucket.size < least.size ? bucket : least));
  return register(smallest, paint);
}
