/** What was done to a run in one of its branches and not in another: what their figures differ by. */
import { journalOfBranch } from '../../../workers/scenario/branches.ts';
import { applyChanges } from '../../../workers/scenario/change.ts';
import { nameOf, sayFault } from '../../../workers/scenario/change-words.ts';
import type { Design, DesignChange, JournalEntry, Scenario } from '../../../workers/scenario/document.ts';
import { samePlain } from '../../../workers/scenario/plain.ts';
import { resolveEdge, resolveNode } from '../../../workers/scenario/resolve.ts';

export interface Deed {
  readonly atMs: number;
  /** "Crash Billing"; "Change acks of Orders → Log: all → 1". */
  readonly words: string;
}

/** Of either branch what was done up to `untilMs`, without what both have in common at their beginning. */
export function deedsApart(
  scenario: Scenario,
  ids: readonly [string, string],
  untilMs: number,
): readonly [Deed[], Deed[]] {
  const journals = ids.map((id) => journalOfBranch(scenario, id).filter(({ atMs }) => atMs <= untilMs));
  const [left = [], right = []] = journals;
  let common = 0;
  while (common < Math.min(left.length, right.length) && samePlain(left[common], right[common])) common += 1;
  return [deedsFrom(scenario, left, common), deedsFrom(scenario, right, common)];
}

function deedsFrom(start: Design, journal: readonly JournalEntry[], from: number): Deed[] {
  let design = start;
  return journal.flatMap((entry, place) => {
    const before = design;
    if ('edit' in entry) design = applyChanges(design, entry.edit);
    const words = 'fault' in entry ? sayFault(before, entry.fault) : wordsOfEdit(before, design, entry);
    return place < from ? [] : [{ atMs: entry.atMs, words }];
  });
}

function wordsOfEdit(before: Design, after: Design, { edit, label }: Extract<JournalEntry, { edit: unknown }>): string {
  const values = edit.flatMap((change) => (change.op === 'change' ? valuesOf(before, after, change) : []));
  const [only] = values;
  const words = label ?? (only === undefined ? 'Another change' : `Change ${only.name} of ${nameOf(before, only.id)}`);
  return values.length === 1 && only !== undefined ? `${words}: ${only.from} → ${only.to}` : words;
}

/** Settings that a change sets or takes back, as they hold before and after: also where they are the default. */
function valuesOf(
  before: Design,
  after: Design,
  { in: part, id, set = {}, unset = [] }: Extract<DesignChange, { op: 'change' }>,
) {
  const [old, now] = [before, after].map((design) => resolved(design, part, id));
  return [...Object.keys(set), ...unset].flatMap((name) => {
    const [from, to] = [old?.[name], now?.[name]].map(write);
    return from === undefined || to === undefined || from === to ? [] : [{ id, name, from, to }];
  });
}

function resolved(design: Design, part: DesignChange['in'], id: string): Readonly<Record<string, unknown>> | undefined {
  const node = part === 'nodes' ? design.nodes.find((candidate) => candidate.id === id) : undefined;
  const edge = part === 'edges' ? design.edges.find((candidate) => candidate.id === id) : undefined;
  if (node !== undefined) return { ...resolveNode(node) };
  return edge === undefined ? undefined : { ...resolveEdge(edge) };
}

/** What fits into a line; undefined for the rest. */
function write(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
}
