/** Speeds: simulated seconds per wall second, from 1/100 to as fast as the machine can (infinite). */

/** The speeds offered by name, slowest first. */
export const SPEEDS: readonly number[] = [
  0.01,
  0.02,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  1000,
  Number.POSITIVE_INFINITY,
];

/** "1/100×", "1/4×", "1×", "20×", "1,000×", "Max". */
export function writeSpeed(speed: number): string {
  if (speed === Number.POSITIVE_INFINITY) return 'Max';
  if (speed < 1 && Math.abs(1 / speed - Math.round(1 / speed)) < 1e-9) return `1/${Math.round(1 / speed)}×`;
  return `${Number(speed.toPrecision(2)).toLocaleString('en')}×`;
}

/** The same for a screen reader: "one hundredth of real time", "20 times real time". */
export function saySpeed(speed: number): string {
  if (speed === Number.POSITIVE_INFINITY) return 'as fast as this machine can';
  if (speed === 1) return 'real time';
  if (speed < 1) return `1/${Number((1 / speed).toPrecision(3))} of real time`;
  return `${Number(speed.toPrecision(3)).toLocaleString('en')} times real time`;
}

/** A speed that was measured, to two digits: "0.83×", "412×". */
export function writeAchieved(speed: number): string {
  return `${Number(speed.toPrecision(2)).toLocaleString('en')}×`;
}

/** Place of a speed among those offered (for a slider of as many stops); the nearest one where it is none of them. */
export function speedIndex(speed: number): number {
  let nearest = 0;
  for (const [index, offered] of SPEEDS.entries()) {
    if (offered === speed) return index;
    if (Number.isFinite(offered) && distance(offered, speed) < distance(SPEEDS[nearest] ?? 1, speed)) nearest = index;
  }
  return nearest;
}

function distance(left: number, right: number): number {
  return Math.abs(Math.log(left / right));
}

/** The next speed offered in a direction; the last one stays. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const sorted = direction === 1 ? SPEEDS : SPEEDS.toReversed();
  return sorted.find((offered) => (direction === 1 ? offered > speed : offered < speed)) ?? speed;
}

/** Below this share of the wanted speed the achieved one is worth showing. */
const SHORTFALL = 0.85;

/** Whether the machine falls so short of the wanted speed that the person should know. */
export function fallsShort(wanted: number, achieved: number): boolean {
  return Number.isFinite(wanted) && achieved > 0 && achieved < wanted * SHORTFALL;
}
