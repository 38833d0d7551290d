/**
 * The pace of text in faces: at most `TEXT_PER_SECOND` times a second, an eighth of the texts at a time, so that three
 * hundred faces do not ask for a layout in the same frame. The last text is always painted, also when no further frame
 * comes. (What moves is painted with every frame, by the canvas over the flow.)
 */
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { frames } from '../../../simulation/frames.ts';

export type Paint = (values: Float64Array, layout: Layout) => void;

const TEXT_PER_SECOND = 4;
/** Where there are so many texts that each is small, they change half as often. */
const MANY_TEXTS = 300;
const BUCKETS = 8;

const buckets: readonly Set<Paint>[] = Array.from({ length: BUCKETS }, () => new Set<Paint>());
let nextBucket = 0;
let paintedAtMs = -Infinity;
/** Buckets that have not seen the newest frame. */
let behind = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let unsubscribe: (() => void) | undefined;

function bucketEveryMs(): number {
  const texts = buckets.reduce((count, bucket) => count + bucket.size, 0);
  return 1000 / (texts > MANY_TEXTS ? TEXT_PER_SECOND / 2 : TEXT_PER_SECOND) / BUCKETS;
}

function paintNextBucket(): void {
  timer = undefined;
  paintedAtMs = performance.now();
  const frame = frames.current();
  if (frame !== null) for (const paint of buckets[nextBucket]!) paint(frame.values, frame.layout);
  nextBucket = (nextBucket + 1) % BUCKETS;
  behind -= 1;
  schedule();
}

function schedule(): void {
  if (behind <= 0 || timer !== undefined) return;
  timer = setTimeout(paintNextBucket, Math.max(0, paintedAtMs + bucketEveryMs() - performance.now()));
}

function onFrame(): void {
  behind = BUCKETS;
  if (timer === undefined && performance.now() - paintedAtMs >= bucketEveryMs()) paintNextBucket();
  else schedule();
}

/** The texts of one owner take turns together, so that figures that belong together are of one instant. */
function bucketOf(owner: string): Set<Paint> {
  let sum = 0;
  for (let i = 0; i < owner.length; i += 1) sum = (sum * 31 + owner.charCodeAt(i)) % 65_521;
  return buckets[sum % BUCKETS]!;
}

/** Calls `paint` at the pace of text, and at once if there is a frame; `owner` is its node. Returns how to stop. */
export function paintText(owner: string, paint: Paint): () => void {
  const bucket = bucketOf(owner);
  bucket.add(paint);
  unsubscribe ??= frames.subscribe(onFrame);
  const frame = frames.current();
  if (frame !== null) paint(frame.values, frame.layout);
  return () => {
    bucket.delete(paint);
    if (buckets.some((other) => other.size > 0)) return;
    unsubscribe?.();
    unsubscribe = undefined;
  };
}
