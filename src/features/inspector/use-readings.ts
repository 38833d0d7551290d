import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { Layout } from '../../../workers/protocol/frame.ts';
import { frames } from '../../simulation/frames.ts';

/** Wall time between two readings: figures that a person reads must stand still long enough. */
const READ_EVERY_MS = 200;

/** Calls at most every `READ_EVERY_MS`, the last frame included. */
function subscribeAtReadingPace(listener: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const call = (): void => {
    last = performance.now();
    timer = undefined;
    listener();
  };
  const stop = frames.subscribe(() => {
    const wait = last + READ_EVERY_MS - performance.now();
    if (wait <= 0) call();
    else timer ??= setTimeout(call, wait);
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

/**
 * Texts read from the newest frame, a few times a second. `read` returns them joined by line breaks, so that the
 * component renders again only when one of them has changed; empty before the first frame.
 */
export function useReadings(read: (values: Float64Array, layout: Layout) => readonly string[]): readonly string[] {
  const snapshot = useCallback(() => {
    const frame = frames.current();
    return frame === null ? '' : read(frame.values, frame.layout).join('\n');
  }, [read]);
  const text = useSyncExternalStore(subscribeAtReadingPace, snapshot);
  return useMemo(() => (text === '' ? [] : text.split('\n')), [text]);
}
