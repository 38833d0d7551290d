/** Documents as nobody who means well would write them. For tests. */

/** Names that every object of JavaScript has something under, and others that look like something else. */
export const INHERITED_NAMES = [
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'isPrototypeOf',
  '__defineGetter__',
  'prototype',
  'length',
  '0',
  '-1',
  'NaN',
  'null',
  'undefined',
] as const;

/** Puts anything at all in the place of some value of a document. */
export function damaged(value: unknown, place: { left: number }, by: unknown): unknown {
  place.left -= 1;
  if (place.left === 0) return by;
  if (Array.isArray(value)) return value.map((member) => damaged(member, place, by));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, damaged(member, place, by)]));
}

/** Every text of a document that is a key of `names` becomes what it stands for there. */
export function renamed<Document>(document: Document, names: ReadonlyMap<string, string>): Document {
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') return names.get(value) ?? value;
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, rename(member)]));
  };
  return rename(document) as Document;
}
