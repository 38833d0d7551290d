/**
 * Records that a JavaScript engine takes for the same kind of thing as those written as literals.
 *
 * A record put together member by member (`copy[name] = value`) is, to V8, of another hidden class than the literal that
 * it copies, and above a dozen members a hash table. Code that has seen both is several times slower from then on, so a
 * run that was restored from a checkpoint would be, too. A record that `JSON.parse` makes has the class of the literal.
 */

/** Records of more members are tables by id, and are tables where they come from. */
const MEMBERS_MAX = 64;
/** Shapes remembered; there are about forty in a run, but ids make shapes as well. */
const SHAPES_MAX = 500;

const texts = new Map<string, string>();

/** A record that has these members in this order, each 0 for now. Assign to them. */
export function blankRecord(names: readonly string[]): Record<string, unknown> {
  if (names.length > MEMBERS_MAX) return {};
  return JSON.parse(textOf(names)) as Record<string, unknown>;
}

/**
 * The members of both in one record, of the shape that a literal with all of them has. What `{ ...first, … }` makes is, from the
 * tenth record or so on, of a hidden class of its own each time, and code that goes through many of them slow.
 */
export function joinRecords<A extends object, B extends object>(first: A, second: B): A & B {
  return Object.assign(blankRecord([...Object.keys(first), ...Object.keys(second)]), first, second);
}

function textOf(names: readonly string[]): string {
  const key = names.join('\n');
  const known = texts.get(key);
  if (known !== undefined) return known;
  if (texts.size >= SHAPES_MAX) texts.clear();
  const text = `{${names.map((name) => `${JSON.stringify(name)}:0`).join(',')}}`;
  texts.set(key, text);
  return text;
}
