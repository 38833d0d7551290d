const QUERY = '(prefers-reduced-motion: reduce)';
let list: MediaQueryList | undefined;

function query(): MediaQueryList | undefined {
  if (typeof matchMedia !== 'undefined') list ??= matchMedia(QUERY);
  return list;
}

/** Whether the person asked for less motion, now. For what draws outside React. */
export function reducedMotion(): boolean {
  return query()?.matches ?? false;
}

/** Calls `listener` when the person changes that. Returns how to stop. */
export function onReducedMotionChange(listener: () => void): () => void {
  query()?.addEventListener('change', listener);
  return () => query()?.removeEventListener('change', listener);
}
