/** Members that items of every sort have. */
import * as v from 'valibot';

/** Short and stable; names are for people. */
export const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/, 'Expected 1 to 40 letters, digits, - or _'));

/** Simulated time, at most 100 days. */
export const instantMs = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8_640_000_000));
