/** Student's t distribution, by sums and square roots alone: the same bits on every machine. */

/**
 * The t for which a variable with `degrees` degrees of freedom lies in [-t, t] with probability `confidence`.
 * Abramowitz and Stegun (1964), 26.7.3 and 26.7.4, inverted by bisection to the last bit but a few.
 *
 * @param confidence in `(0, 1)`
 * @param degrees whole, at least 1; more than 10,000 count as 10,000, which is 0.02 % too wide
 */
export function studentT(confidence: number, degrees: number): number {
  const nu = Math.min(degrees, DEGREES_MAX);
  let low = 0;
  let high = 1;
  while (within(high, nu) < confidence && high < T_MAX) high *= 2;
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (within(middle, nu) < confidence) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const DEGREES_MAX = 10_000;
const T_MAX = 2 ** 60;
const HALVINGS = 90;

/** P(-t <= T <= t). With c = cos² θ and tan θ = t / sqrt(nu) both formulas are finite sums in c. */
function within(t: number, nu: number): number {
  const c = nu / (nu + t * t);
  const sine = Math.sqrt(1 - c);
  if (nu % 2 === 0) return sine * powers(c, nu / 2, (k) => (2 * k - 1) / (2 * k));
  const angle = arctangent(t / Math.sqrt(nu));
  const rest = nu === 1 ? 0 : sine * Math.sqrt(c) * powers(c, (nu - 1) / 2, (k) => (2 * k) / (2 * k + 1));
  return (2 / Math.PI) * (angle + rest);
}

/** 1 + r(1) c + r(1) r(2) c² + …, `terms` terms. */
function powers(c: number, terms: number, ratio: (k: number) => number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < terms; k += 1) {
    term *= ratio(k) * c;
    sum += term;
  }
  return sum;
}

/** Halves the angle four times, to where twelve terms of the series reach the last bit. @param x not negative */
function arctangent(x: number): number {
  let small = x;
  for (let halving = 0; halving < 4; halving += 1) small /= 1 + Math.sqrt(1 + small * small);
  const square = small * small;
  let sum = 0;
  for (let k = 12; k >= 0; k -= 1) sum = 1 / (2 * k + 1) - square * sum;
  return 16 * small * sum;
}
