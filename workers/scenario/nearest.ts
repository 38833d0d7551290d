/**
 * "Did you mean": the nearest of some known names.
 *
 * The distance counts insertions, deletions, substitutions and swaps of neighbours (optimal string alignment), letters
 * compared without case. Example: "ratePerSecnd" is 1 from "ratePerSecond", "lingerMS" is 0 from "lingerMs".
 */

/** Longer names are not compared, so that a hostile one costs nothing. */
const COMPARED_LENGTH_MAX = 64;

/** The candidate nearest to `name`, the first of several; undefined when none is within about a third of its length. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > COMPARED_LENGTH_MAX) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance && distance < candidate.length) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** "Did you mean "x"?", or undefined when nothing is near. */
export function didYouMean(name: string, candidates: readonly string[]): string | undefined {
  const found = nearest(name, candidates);
  return found === undefined ? undefined : `Did you mean "${found}"?`;
}

/** Optimal string alignment distance, by rows. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}
