/**
 * Changes of a design: applying them, and finding those that lead from one design to another.
 *
 * Worked example. Before: edges a, b, c. After: edges c, a, d, with `acks` of a changed.
 * b is gone: remove b. Of the kept a and c the order turned; the longest part that kept its order is a (or c) alone, so one
 * of them stays and the other moves: remove c. Then the list is built up from the left: add c at 0, change a, add d.
 */
import type {
  Check,
  Design,
  DesignChange,
  DesignPart,
  Fault,
  Scenario,
  ScenarioEdge,
  ScenarioNode,
} from './document.ts';
import { samePlain } from './plain.ts';

interface Item {
  readonly id: string;
}
type Values = Readonly<Record<string, unknown>>;

const DESIGN_PARTS: readonly DesignPart[] = ['nodes', 'edges', 'checks', 'faults'];

/** What an item is. These are never set by a change: the item becomes another one, and is removed and added. */
const IDENTITY: Readonly<Record<DesignPart, readonly string[]>> = {
  nodes: ['id', 'kind'],
  edges: ['id', 'kind', 'from', 'to'],
  checks: ['id', 'claim'],
  faults: ['id', 'do'],
};

/** Why a change does not fit a design, as the end of a sentence; undefined when it fits. */
export function changeProblem(design: Design, change: DesignChange): string | undefined {
  if (change.op === 'add') {
    const taken = design[change.in].some((item) => item.id === change.item.id);
    return taken ? `"${change.item.id}" is there already` : undefined;
  }
  if (!design[change.in].some((item) => item.id === change.id)) return `"${change.id}" is not there`;
  const fixed = change.op === 'change' ? identityTouched(change) : undefined;
  return fixed === undefined ? undefined : `"${fixed}" cannot be changed`;
}

/** The first part of an item's identity that a change tries to set or unset. */
export function identityTouched(change: Extract<DesignChange, { op: 'change' }>): string | undefined {
  const touched = [...Object.keys(change.set ?? {}), ...(change.unset ?? [])];
  return touched.find((name) => IDENTITY[change.in].includes(name));
}

/**
 * The design after the changes, in order. The design given is left as it is; parts that do not change are shared.
 *
 * @throws Error for a change that does not fit (`changeProblem`): validated documents and computed differences hold none.
 */
export function applyChanges(design: Design, changes: readonly DesignChange[]): Design {
  return changes.reduce(applyChange, design);
}

function applyChange(design: Design, change: DesignChange): Design {
  const problem = changeProblem(design, change);
  if (problem !== undefined) throw new Error(`Cannot ${change.op} in ${change.in}: ${problem}.`);
  const items: readonly Item[] = design[change.in];
  return { ...design, [change.in]: changedList(items, change) };
}

function changedList(items: readonly Item[], change: DesignChange): readonly Item[] {
  switch (change.op) {
    case 'add':
      return items.toSpliced(Math.min(change.at ?? items.length, items.length), 0, change.item);
    case 'remove':
      return items.filter((item) => item.id !== change.id);
    case 'change':
      return items.map((item) => (item.id === change.id ? changedItem(item, change.set, change.unset) : item));
    default:
      return change satisfies never;
  }
}

/** An item with some members set and others taken away. A member set to undefined is taken away. */
export function changedItem<Kind extends object>(item: Kind, set: Values = {}, unset: readonly string[] = []): Kind {
  const gone = new Set(unset);
  const merged = Object.entries({ ...item, ...set }).filter(
    ([name, value]) => value !== undefined && (!gone.has(name) || Object.hasOwn(set, name)),
  );
  return Object.fromEntries(merged) as Kind;
}

/** The design as of an instant, live edits at that very instant included. Faults caused live are no part of it. */
export function designAt(scenario: Scenario, atMs: number): Design {
  const { nodes, edges, faults, checks } = scenario;
  let design: Design = { nodes, edges, faults, checks };
  for (const entry of scenario.journal) {
    if (entry.atMs <= atMs && 'edit' in entry) design = applyChanges(design, entry.edit);
  }
  return design;
}

/**
 * The changes that lead from one design to another: none when they are the same, removals before additions, edges before
 * nodes on the way out and after them on the way in, so that no edge ever lacks an end. Applying them to `before` gives
 * `after`, the order of every list included.
 */
export function diffDesigns(before: Design, after: Design): readonly DesignChange[] {
  const [nodes, edges, checks, faults] = DESIGN_PARTS.map((part) => diffPart(part, before[part], after[part]));
  return [
    ...[checks, faults, edges, nodes].flatMap((part) => part?.removals ?? []),
    ...[nodes, edges, checks, faults].flatMap((part) => part?.rest ?? []),
  ];
}

interface PartChanges {
  readonly removals: readonly DesignChange[];
  /** Additions and changes, from the first place of the list to the last. */
  readonly rest: readonly DesignChange[];
}

function diffPart(part: DesignPart, before: readonly Item[], after: readonly Item[]): PartChanges {
  const earlier = new Map(before.map((item, index) => [item.id, { item, index }]));
  const kept = after.filter((item) => sameIdentity(part, earlier.get(item.id)?.item, item));
  const order = kept.map((item) => earlier.get(item.id)?.index ?? 0);
  const staying = new Set(longestRise(order).map((place) => kept[place]?.id ?? ''));

  const removals = before
    .filter((item) => !staying.has(item.id))
    .map((item): DesignChange => ({ op: 'remove', in: part, id: item.id }));
  const rest: DesignChange[] = [];
  let length = before.length - removals.length;
  for (const [at, item] of after.entries()) {
    const old = earlier.get(item.id)?.item;
    if (old === undefined || !staying.has(item.id)) {
      rest.push(addition(part, item, at < length ? at : undefined));
      length += 1;
    } else {
      const change = diffItem(part, old, item);
      if (change !== undefined) rest.push(change);
    }
  }
  return { removals, rest };
}

function addition(part: DesignPart, item: Item, at: number | undefined): DesignChange {
  const place = at === undefined ? {} : { at };
  switch (part) {
    case 'nodes':
      return { op: 'add', in: part, item: item as ScenarioNode, ...place };
    case 'edges':
      return { op: 'add', in: part, item: item as ScenarioEdge, ...place };
    case 'checks':
      return { op: 'add', in: part, item: item as Check, ...place };
    case 'faults':
      return { op: 'add', in: part, item: item as Fault, ...place };
    default:
      return part satisfies never;
  }
}

function sameIdentity(part: DesignPart, before: Item | undefined, after: Item): boolean {
  if (before === undefined) return false;
  const [old, now] = [valuesOf(before), valuesOf(after)];
  return IDENTITY[part].every((name) => old[name] === now[name]);
}

/** An item as its members by name: its type lists them by kind. */
function valuesOf(item: object): Values {
  return Object.fromEntries(Object.entries(item));
}

/** The change of one item, or undefined when it stays as it is. */
function diffItem(part: DesignPart, before: Item, after: Item): DesignChange | undefined {
  if (before === after) return undefined;
  const [old, now] = [valuesOf(before), valuesOf(after)];
  const set = Object.entries(now).filter(([name, value]) => value !== undefined && !samePlain(value, old[name]));
  const unset = Object.keys(old).filter((name) => old[name] !== undefined && now[name] === undefined);
  if (set.length === 0 && unset.length === 0) return undefined;
  return {
    op: 'change',
    in: part,
    id: before.id,
    ...(set.length > 0 ? { set: Object.fromEntries(set) } : {}),
    ...(unset.length > 0 ? { unset } : {}),
  };
}

/** Places of a longest strictly rising subsequence, by patience sorting: O(n log n). Of several, any one, but always the same. */
function longestRise(numbers: readonly number[]): readonly number[] {
  /** Of the rises of each length, the place where the one with the lowest end ends. */
  const ends: number[] = [];
  const before: number[] = [];
  for (const [place, value] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((numbers[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[place] = ends[low - 1] ?? -1;
    ends[low] = place;
  }
  const places: number[] = [];
  for (let place = ends.at(-1) ?? -1; place >= 0; place = before[place] ?? -1) places.push(place);
  return places.reverse();
}
