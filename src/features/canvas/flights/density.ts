/**
 * When single messages on an edge can no longer be told apart, and the edge is drawn as a density instead.
 * Counted per second of watching, not of simulated time: it is the eye that cannot follow.
 */

/** Flights per second of watching from which an edge is a density, and below which it no longer is. */
const DENSE_FROM = 400;
const DENSE_UNTIL = 250;

const HALF_LIFE_MS = 250;

export interface Density {
  /** Flights per second of watching, smoothed, by edge. */
  readonly perSecond: Float64Array;
  readonly dense: Uint8Array;
}

export function noDensity(edges: number): Density {
  return { perSecond: new Float64Array(edges), dense: new Uint8Array(edges) };
}

/**
 * Takes note of `counts` flights by edge within the last `elapsedMs` of watching. `packed` is the share of all flights
 * that the frame carried, in (0, 1]: the rest is assumed to be spread alike. Returns the edges that have just become
 * dense.
 */
export function observeDensity(
  density: Density,
  { counts, elapsedMs, packed }: { readonly counts: Float64Array; readonly elapsedMs: number; readonly packed: number },
): readonly number[] {
  const became: number[] = [];
  if (!(elapsedMs > 0)) return became;
  const keep = 0.5 ** (elapsedMs / HALF_LIFE_MS);
  for (let edge = 0; edge < density.perSecond.length; edge += 1) {
    const now = ((counts[edge] ?? 0) / packed / elapsedMs) * 1000;
    const smooth = density.perSecond[edge]! * keep + now * (1 - keep);
    density.perSecond[edge] = smooth;
    if (density.dense[edge] === 0 && smooth > DENSE_FROM) {
      density.dense[edge] = 1;
      became.push(edge);
    } else if (smooth < DENSE_UNTIL) density.dense[edge] = 0;
  }
  return became;
}

/** Width of the line that stands for so many messages per second: from 2 to 9, three more for each power of ten. */
export function densityWidth(perSecond: number): number {
  return Math.min(9, Math.max(2, 2 + 3 * Math.log10(Math.max(1, perSecond / 100))));
}
