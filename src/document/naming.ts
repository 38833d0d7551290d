/** Ids and names for new items. */
import { sayFault } from '../../workers/scenario/change-words.ts';
import type { Design, JournalEntry, Scenario } from '../../workers/scenario/document.ts';

/** Prefix of the ids of each sort of item: short, because they stand in every link. */
const PREFIXES: Readonly<Record<string, string>> = {
  producer: 'p',
  topic: 't',
  consumer: 'c',
  note: 'n',
  frame: 'f',
  publish: 'e',
  subscribe: 'e',
  check: 'k',
  fault: 'x',
};

/** Every id that the document has ever used, the journals of all branches included: a removed node's id never comes back as another node. */
function usedIds(scenario: Scenario, taken: Iterable<string>): Set<string> {
  const used = new Set(taken);
  for (const part of [scenario.nodes, scenario.edges, scenario.checks, scenario.faults]) {
    for (const { id } of part) used.add(id);
  }
  for (const entry of [scenario.journal, ...(scenario.branches ?? []).map(({ journal }) => journal)].flat()) {
    if (!('edit' in entry)) continue;
    for (const change of entry.edit) used.add(change.op === 'add' ? change.item.id : change.id);
  }
  return used;
}

/**
 * Gives ids that nothing in the document has, e.g. `p3`: one more than the highest number used with that prefix.
 * `taken` are ids of the design shown, which a pending edit may have ahead of the document.
 */
export function idSource(scenario: Scenario, taken: Iterable<string>): (sort: string) => string {
  const used = usedIds(scenario, taken);
  return (sort) => {
    const prefix = PREFIXES[sort] ?? 'i';
    let highest = 0;
    for (const id of used) {
      const number = id.startsWith(prefix) ? Number(id.slice(prefix.length)) : Number.NaN;
      if (Number.isInteger(number) && number > highest && number < 1e9) highest = number;
    }
    const id = `${prefix}${highest + 1}`;
    used.add(id);
    return id;
  };
}

/** `wanted` itself if nothing has that name, else with the first free number: "Orders 2". */
export function uniqueName(wanted: string, names: Iterable<string>): string {
  const taken = new Set(names);
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/ \d+$/, '');
  for (let number = 2; ; number += 1) {
    const name = `${stem} ${number}`;
    if (!taken.has(name)) return name;
  }
}

/** Longest name made of a change, UTF-16 units. */
const CHANGE_NAME_MAX = 60;

/** What a branch that begins with this change is called until a person names it: "Crash Billing". */
export function nameOfChange(design: Design, entry: JournalEntry): string {
  const name = 'fault' in entry ? sayFault(design, entry.fault) : (entry.label ?? 'Another change');
  return name.length > CHANGE_NAME_MAX ? `${name.slice(0, CHANGE_NAME_MAX - 1)}…` : name;
}
