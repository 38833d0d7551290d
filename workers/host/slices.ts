/**
 * Slices: as much work as fits into a few milliseconds, so that the worker answers between them. Work is cut into
 * chunks of a number of events; the number follows from how long the last chunk took.
 */

/** Longest stretch in which the worker does not look at its messages. */
export const SLICE_MS = 8;
/** What a chunk should take: small against a slice, large against reading the clock. */
const CHUNK_MS = 1;
const CHUNK_MIN = 16;
const CHUNK_MAX = 65_536;

/** Remembers from slice to slice how many events a chunk may hold. */
export interface Chunks {
  events: number;
}

export function createChunks(): Chunks {
  return { events: 256 };
}

/**
 * Calls `work` with a number of events until it says that it is done or the time is up.
 *
 * @param clock wall milliseconds
 * @param budgetMs from now; the last chunk may pass it by a chunk's time
 * @param work processes up to that many events, and says whether all is done
 * @returns whether all is done
 */
export function runSlice(
  chunks: Chunks,
  clock: () => number,
  budgetMs: number,
  work: (maxEvents: number) => boolean,
): boolean {
  const startMs = clock();
  for (let beforeMs = startMs; ;) {
    const done = work(chunks.events);
    const afterMs = clock();
    if (!done) {
      if (afterMs - beforeMs < CHUNK_MS / 2) chunks.events = Math.min(CHUNK_MAX, chunks.events * 2);
      else if (afterMs - beforeMs > CHUNK_MS * 2) chunks.events = Math.max(CHUNK_MIN, chunks.events >> 1);
    }
    if (done || afterMs - startMs >= budgetMs) return done;
    beforeMs = afterMs;
  }
}
