/**
 * Logarithm, exponential, power and sine from additions, multiplications and divisions alone. Those are exact by
 * IEEE 754, so every JavaScript engine gives the same bits here; the `Math` functions of the same names differ in the
 * last bit between browsers on some inputs, and a run whose event times depend on them is not the same run in both.
 *
 * The logarithm is kept as a sum of two float64 (the second holding what the first had to round off), so that
 * `pow(x, y) = exp(y ln x)` loses nothing to a large `y ln x`.
 */

const SQRT_2 = 1.4142135623730951;
const LOG2_E = 1.4426950408889634;
/** The first 33 bits of ln 2, so that a whole multiple of up to 2^20 is exact; and the rest. */
const LN2_HIGH = 0.6931471804855391;
const LN2_LOW = 7.440617110012397e-11;
const TWO_PI_HIGH = 6.283185307179586;
const TWO_PI_LOW = 2.4492935982947064e-16;
/** Dekker's splitter for 53 bits. */
const SPLIT = 2 ** 27 + 1;

// Scratch to look at a float64's bits. Module state, but never read before it is written.
const bits = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm, within 1 unit in the last place.
 *
 * @param x `-Infinity` at 0; NaN below it
 */
export function ln(x: number): number {
  if (!(x > 0 && x < Infinity)) return lnAtTheEdge(x);
  logarithm(x);
  return lnHigh + lnLow;
}

/** e to the power of `x`, within 1 unit in the last place; 0 below -745.14, `Infinity` above 709.79. */
export function exp(x: number): number {
  return expOfSum(x, 0);
}

/**
 * `x` to the power of `y`, within 2 units in the last place.
 *
 * @param x not below 0; NaN if it is (there are no complex numbers here, and no parity of `y`)
 * @param y any; `pow(x, 0)` and `pow(1, y)` are 1
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (!(x > 0 && x < Infinity && y > -Infinity && y < Infinity)) return powAtTheEdge(x, y);
  logarithm(x);
  const high = y * lnHigh;
  // Beyond this the result is 0 or Infinity, and the rounding error below may overflow.
  if (!(high > -800 && high < 800)) return high > 0 ? Infinity : 0;
  return expOfSum(high, productError(y, lnHigh, high) + y * lnLow);
}

/**
 * Sine of `turns` full turns (`sin(2 pi turns)`), exact in its zeros, ones and minus ones.
 *
 * @param turns absolutely below 2^50; NaN if not finite
 */
export function sin2pi(turns: number): number {
  // The nearest quarter; the rest, within an eighth of a turn, is exact.
  const quarter = Math.floor(turns * 4 + 0.5);
  const rest = turns - quarter / 4;
  const high = rest * TWO_PI_HIGH;
  const low = productError(rest, TWO_PI_HIGH, high) + rest * TWO_PI_LOW;
  const which = quarter - 4 * Math.floor(quarter / 4);
  const value = which % 2 === 0 ? sineNearZero(high, low) : cosineNearZero(high, low);
  // Subtracted, because negating 0 would make it -0.
  return which < 2 ? value : 0 - value;
}

// ln x as the last call of `logarithm` left it. Numbers instead of an object: it is called in loops.
let lnHigh = 0;
let lnLow = 0;

/**
 * Leaves ln x in `lnHigh + lnLow`, for finite positive x.
 *
 * x = 2^k m with m in [sqrt(1/2), sqrt(2)), and ln m = 2 atanh(s) = 2 (s + s^3/3 + s^5/5 + …) with s = (m-1)/(m+1),
 * absolutely below 0.172.
 */
function logarithm(x: number): void {
  let k = 0;
  let scaled = x;
  if (x < 2 ** -1022) {
    scaled = x * 2 ** 54;
    k = -54;
  }
  bits.setFloat64(0, scaled);
  const word = bits.getInt32(0);
  k += (word >> 20) - 1023;
  bits.setInt32(0, (word & 0xfffff) | (1023 << 20));
  let m = bits.getFloat64(0);
  if (m >= SQRT_2) {
    m /= 2;
    k++;
  }

  // s = numerator / denominator in two parts: numerator is exact, denominator in two parts itself.
  const numerator = m - 1;
  const denominator = m + 1;
  const denominatorLow = m - (denominator - 1);
  const s = numerator / denominator;
  const product = s * denominator;
  const remainder = numerator - product - productError(s, denominator, product) - s * denominatorLow;
  const sLow = remainder / denominator;

  const s2 = s * s;
  // prettier-ignore
  const tail =
    s * s2 * (2 / 3 + s2 * (2 / 5 + s2 * (2 / 7 + s2 * (2 / 9 + s2 * (2 / 11 + s2 * (2 / 13 + s2 * (2 / 15
    + s2 * (2 / 17 + s2 * (2 / 19 + s2 * (2 / 21))))))))));

  // k LN2_HIGH is exact, and the larger of the two unless k is 0.
  const whole = k * LN2_HIGH;
  const sum = whole + 2 * s;
  const error = k === 0 ? 0 : 2 * s - (sum - whole);
  const rest = error + (2 * sLow + (tail + k * LN2_LOW));
  lnHigh = sum + rest;
  lnLow = rest - (lnHigh - sum);
}

/** e to the power of `high + low`, where `low` is a rounding error of `high`. */
function expOfSum(high: number, low: number): number {
  if (!(high > -746 && high < 710)) return high > 0 ? Infinity : high < 0 ? 0 : Number.NaN;
  const k = Math.floor(high * LOG2_E + 0.5);
  const head = high - k * LN2_HIGH;
  const r = head - k * LN2_LOW;
  const rLow = head - r - k * LN2_LOW + low;

  // e^r - 1 - r over r^2, |r| <= 0.347.
  // prettier-ignore
  const series =
    1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880
    + r * (1 / 3628800 + r * (1 / 39916800 + r * (1 / 479001600 + r * (1 / 6227020800)))))))))));
  const curved = r * r * series;
  const value = 1 + (r + (curved + rLow * (1 + r + curved)));

  // Twice, because 2^k alone may be too large or too small for a float64.
  const half = k >> 1;
  return value * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^k for k in [-1022, 1023]. */
function powerOfTwo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
}

/** What `product`, the rounded `x * y`, is short of the true product: exact (Dekker), short of overflow. */
function productError(x: number, y: number, product: number): number {
  const xs = x * SPLIT;
  const xHigh = xs - (xs - x);
  const xLow = x - xHigh;
  const ys = y * SPLIT;
  const yHigh = ys - (ys - y);
  const yLow = y - yHigh;
  return xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
}

/** Taylor, |x| <= pi/4: the first term left out is below 1e-19. */
function sineNearZero(x: number, low: number): number {
  const z = x * x;
  // prettier-ignore
  const series =
    -1 / 6 + z * (1 / 120 + z * (-1 / 5040 + z * (1 / 362880 + z * (-1 / 39916800 + z * (1 / 6227020800
    + z * (-1 / 1307674368000 + z * (1 / 355687428096000)))))));
  return x + (x * z * series + low * (1 - z / 2));
}

function cosineNearZero(x: number, low: number): number {
  const z = x * x;
  // prettier-ignore
  const series =
    1 / 24 + z * (-1 / 720 + z * (1 / 40320 + z * (-1 / 3628800 + z * (1 / 479001600 + z * (-1 / 87178291200
    + z * (1 / 20922789888000 + z * (-1 / 6402373705728000)))))));
  return 1 - (z / 2 - (z * z * series - x * low));
}

function lnAtTheEdge(x: number): number {
  if (x === Infinity) return Infinity;
  return x === 0 ? -Infinity : Number.NaN;
}

/** Where x or y is 0, infinite, negative or NaN. */
function powAtTheEdge(x: number, y: number): number {
  if (!(x >= 0) || Number.isNaN(y)) return Number.NaN;
  if (y === Infinity || y === -Infinity) return x > 1 === y > 0 ? Infinity : 0;
  // x is 0 or Infinity.
  return (x === 0) === y > 0 ? 0 : Infinity;
}
