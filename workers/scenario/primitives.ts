/** What all parts of a document are made of: ids, names, places and instants. */
import * as v from 'valibot';

/** Tables of plain objects are looked up by ids: the one name that such an object cannot have is none. */
export const id = v.pipe(
  v.string(),
  v.regex(/^(?!__proto__$)[A-Za-z0-9_-]{1,40}$/, 'Expected 1 to 40 letters, digits, - or _, and not __proto__'),
);
export const name = v.pipe(v.string(), v.maxLength(120));
export const coordinate = v.pipe(v.number(), v.finite(), v.minValue(-1_000_000), v.maxValue(1_000_000));
export const instantMs = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8_640_000_000));
