/**
 * Tokens as plain colours, for what draws on a canvas and cannot use CSS variables. The style sheet stays the only
 * place that names a colour; values are read from it once a scheme and remembered.
 */
import type { StateKind } from './states.ts';

/** Keys share this many colours: key `i` has the colour of key `i mod 12`. */
export const KEY_COLORS = 12;

const remembered = new Map<string, string>();
const listeners = new Set<() => void>();
let watching = false;

function watchScheme(): void {
  watching = true;
  const observer = new MutationObserver(() => {
    remembered.clear();
    for (const listener of listeners) listener();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] });
}

/**
 * The present value of a token, e.g. `tokenColor('--line')`. Mid-gray outside a browser and for a token that does not
 * exist. Cheap enough for every item of every frame.
 */
export function tokenColor(name: `--${string}`): string {
  const known = remembered.get(name);
  if (known !== undefined) return known;
  if (typeof document === 'undefined') return '#808080';
  if (!watching) watchScheme();
  const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || '#808080';
  remembered.set(name, value);
  return value;
}

/** The colour of a state of a message. */
export function stateColor(kind: StateKind): string {
  return tokenColor(`--s-${kind}`);
}

/** The colour of a key by its index; a negative index (no key) is gray. */
export function keyColor(index: number): string {
  return tokenColor(keyVariableName(index));
}

function keyVariableName(index: number): `--${string}` {
  return index < 0 ? '--key-none' : `--key-${Math.floor(index) % KEY_COLORS}`;
}

/** Calls `listener` after light and dark have changed places. Returns how to stop. */
export function onColorsChange(listener: () => void): () => void {
  if (!watching && typeof document !== 'undefined') watchScheme();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
