/**
 * Judging the journal: each entry against the design as it stands at that moment. An entry is one edit: between its changes
 * an edge may lack an end, after them not.
 */
import * as v from 'valibot';
import { changedItem, identityTouched } from '../change.ts';
import type { PathStep } from '../diagnostics.ts';
import {
  designChangeSchema,
  faultActionSchema,
  journalEntrySchema,
  LIMITS,
  type Check,
  type DesignChange,
  type DesignPart,
  type Fault,
  type JournalEntry,
  type ScenarioEdge,
  type ScenarioNode,
} from '../document.ts';
import { isPlainObject, type Plain, type PlainObject } from '../plain.ts';
import { judgeCheck, judgeEdge, judgeFault, judgeNode, itemsOf, limitSizes } from './design.ts';
import { find, type Findings } from './findings.ts';
import { judgeItem } from './item.ts';
import { connectionKey, judgeEdgePlace, judgeFaultTarget, judgeFreeId, type DesignIndex } from './structure.ts';

type Path = readonly PathStep[];

/** What the journals of one document have in common: how much there may be of it. */
export interface JournalTally {
  entries: number;
  changes: number;
}

/**
 * The entries that hold. The index is taken along to the design after the last of them.
 *
 * @param owner the document, or a branch of it, at `within`
 * @param fromMs no entry may be earlier
 */
export function judgeJournal(
  owner: PlainObject,
  index: DesignIndex,
  findings: Findings,
  tally: JournalTally,
  { within = [], fromMs = 0 }: { readonly within?: Path; readonly fromMs?: number } = {},
): readonly JournalEntry[] {
  const kept: JournalEntry[] = [];
  let last = fromMs;
  for (const [path, item] of itemsOf(owner, 'journal', findings, within)) {
    const entry = judgeForm(item, path, findings);
    if (entry === null) continue;
    if (entry.atMs < last) {
      find(findings, 'journal.order', [...path, 'atMs'], { at: entry.atMs, before: last });
      continue;
    }
    if (isTooMuch(entry, tally, [...within, 'journal'], findings)) break;
    const holds =
      'edit' in entry
        ? judgeEdit(index, entry.edit, [...path, 'edit'], findings)
        : judgeFaultTarget(index, entry.fault, [...path, 'fault'], findings);
    if (!holds) continue;
    kept.push(entry);
    last = entry.atMs;
  }
  return kept;
}

function isTooMuch(entry: JournalEntry, tally: JournalTally, path: Path, findings: Findings): boolean {
  tally.entries += 1;
  tally.changes += 'edit' in entry ? entry.edit.length : 0;
  const counted = [
    { count: tally.entries, what: 'journal entries', most: LIMITS.journal },
    { count: tally.changes, what: 'journal changes', most: LIMITS.journalChanges },
  ];
  const passed = counted.find(({ count, most }) => count > most);
  if (passed !== undefined) find(findings, 'limit.exceeded', path, passed);
  return passed !== undefined;
}

/** Its form alone: time, and an edit or a fault. */
function judgeForm(item: PlainObject, path: Path, findings: Findings): JournalEntry | null {
  const before = findings.errors;
  const [edit, fault] = [item['edit'], item['fault']];
  const newer = findings.newer.has('document');
  if (Array.isArray(edit) && fault === undefined) {
    const subject = { schema: journalEntrySchema.options[0], path, owner: 'the journal entry', newer };
    const judged = judgeItem(subject, { ...item, edit: [] }, findings).item;
    const wellFormed = (edit as readonly Plain[]).every((change, place) =>
      judgeChangeForm(change, [...path, 'edit', place], findings),
    );
    return judged !== null && wellFormed && findings.errors === before
      ? ({ ...judged, edit } as unknown as JournalEntry)
      : null;
  }
  if (fault !== undefined && isPlainObject(fault) && edit === undefined) {
    const schema = v.strictObject({ ...journalEntrySchema.options[1].entries, fault: v.looseObject({}) });
    const judged = judgeItem({ schema, path, owner: 'the journal entry', newer }, item, findings).item;
    const owner = 'the fault';
    const action = judgeItem(
      { schema: faultActionSchema, path: [...path, 'fault'], owner, newer },
      fault,
      findings,
    ).item;
    return judged !== null && action !== null && findings.errors === before
      ? ({ ...judged, fault: action } as unknown as JournalEntry)
      : null;
  }
  find(findings, 'journal.form', path, {});
  return null;
}

function judgeChangeForm(change: Plain, path: Path, findings: Findings): boolean {
  if (!isPlainObject(change)) {
    find(findings, 'journal.form', path, {}, 'A change is {"op": "add" | "remove" | "change", "in": …}.');
    return false;
  }
  const before = findings.errors;
  judgeItem({ schema: designChangeSchema, path, owner: 'the change', newer: false }, change, findings);
  return findings.errors === before;
}

/** What an edit has done to the index so far, to be taken back if it does not hold. */
interface Undo {
  readonly steps: (() => void)[];
  /** Nodes that are gone or another one: what leads to them is looked at again. */
  readonly nodesGone: Set<string>;
  readonly edgesTouched: Map<string, Path>;
  sizesTouched: boolean;
}

function judgeEdit(index: DesignIndex, edit: readonly DesignChange[], path: Path, findings: Findings): boolean {
  const undo: Undo = { steps: [], nodesGone: new Set(), edgesTouched: new Map(), sizesTouched: false };
  const before = findings.errors;
  for (const [place, change] of edit.entries()) {
    judgeChange(index, change, [...path, place], findings, undo);
    if (findings.errors > before) break;
  }
  if (findings.errors === before) judgeOutcome(index, path, findings, undo);
  if (findings.errors === before) return true;
  for (const step of undo.steps.reverse()) step();
  return false;
}

function judgeOutcome(index: DesignIndex, path: Path, findings: Findings, undo: Undo): void {
  for (const [id, place] of undo.edgesTouched) {
    const edge = index.edges.get(id);
    if (edge === undefined) continue;
    connect(index, edge, undo);
    judgeEdgePlace(index, edge, place, findings);
  }
  if (undo.nodesGone.size > 0) {
    for (const edge of index.edges.values()) {
      const concerned = undo.nodesGone.has(edge.from) || undo.nodesGone.has(edge.to);
      if (concerned && !undo.edgesTouched.has(edge.id)) judgeEdgePlace(index, edge, path, findings);
    }
  }
  // Judged on a copy, because judging takes out what is too much.
  if (undo.sizesTouched) limitSizes({ ...index, nodes: new Map(index.nodes) }, findings);
  for (const part of ['nodes', 'edges', 'checks', 'faults'] as const) {
    if (index[part].size <= LIMITS[part]) continue;
    find(findings, 'limit.exceeded', path, { count: index[part].size, what: part, most: LIMITS[part] });
  }
}

function judgeChange(index: DesignIndex, change: DesignChange, path: Path, findings: Findings, undo: Undo): void {
  switch (change.op) {
    case 'add': {
      if (!judgeNewId(index, change.in, change.item.id, [...path, 'item'], findings)) return;
      const item = judgeAny(change.in, change.item as unknown as PlainObject, [...path, 'item'], findings);
      if (item !== null) put(index, change.in, change.item.id, item, path, undo);
      return;
    }
    case 'remove': {
      if (isThere(index, change, path, findings)) take(index, change.in, change.id, undo);
      return;
    }
    case 'change': {
      const fixed = identityTouched(change);
      if (fixed !== undefined) {
        find(
          findings,
          'journal.notApplicable',
          path,
          { reason: `"${fixed}" cannot be changed` },
          'Remove the item and add it anew.',
        );
        return;
      }
      if (!isThere(index, change, path, findings)) return;
      const old = index[change.in].get(change.id);
      if (old === undefined) return;
      const changed = changedItem(old, change.set, change.unset);
      const item = judgeAny(change.in, changed as unknown as PlainObject, [...path, 'set'], findings);
      if (item === null) return;
      warnOfShrinking(old as ScenarioNode, item as ScenarioNode, path, findings);
      put(index, change.in, change.id, item, path, undo);
      return;
    }
    default:
      change satisfies never;
  }
}

function judgeNewId(index: DesignIndex, part: DesignPart, id: string, path: Path, findings: Findings): boolean {
  if (part === 'nodes' || part === 'edges') return judgeFreeId(index, id, path, findings);
  if (!index[part].has(id)) return true;
  find(findings, 'id.duplicate', [...path, 'id'], { id, other: part === 'checks' ? 'a check' : 'a fault' });
  return false;
}

function isThere(
  index: DesignIndex,
  change: Extract<DesignChange, { id: string }>,
  path: Path,
  findings: Findings,
): boolean {
  const there = index[change.in].has(change.id);
  const reason = `there is no "${change.id}" in ${change.in}`;
  if (!there) find(findings, 'journal.notApplicable', path, { reason });
  return there;
}

function judgeAny(part: DesignPart, item: PlainObject, path: Path, findings: Findings): unknown {
  switch (part) {
    case 'nodes':
      return judgeNode(item, path, findings);
    case 'edges':
      return judgeEdge(item, path, findings);
    case 'checks':
      return judgeCheck(item, path, findings);
    case 'faults':
      return judgeFault(item, path, findings);
    default:
      return part satisfies never;
  }
}

function warnOfShrinking(before: ScenarioNode, after: ScenarioNode, path: Path, findings: Findings): void {
  if (before.kind !== 'topic' || after.kind !== 'topic') return;
  if ((after.partitions ?? 1) < (before.partitions ?? 1))
    find(findings, 'journal.partitionsShrink', path, { id: before.id });
}

function put(index: DesignIndex, part: DesignPart, id: string, item: unknown, path: Path, undo: Undo): void {
  const items = index[part] as Map<string, unknown>;
  const old = items.get(id);
  undo.steps.push(() => (old === undefined ? items.delete(id) : items.set(id, old)));
  if (part === 'edges') {
    undo.edgesTouched.set(id, path);
  }
  items.set(id, item);
  undo.sizesTouched ||= part === 'nodes';
}

function take(index: DesignIndex, part: DesignPart, id: string, undo: Undo): void {
  const items = index[part] as Map<string, ScenarioNode | ScenarioEdge | Check | Fault>;
  const old = items.get(id);
  if (old === undefined) return;
  items.delete(id);
  undo.steps.push(() => items.set(id, old));
  if (part === 'nodes') undo.nodesGone.add(id);
  const key = part === 'edges' ? connectionKey(old as ScenarioEdge) : '';
  if (index.connections.get(key) !== id) return;
  index.connections.delete(key);
  undo.steps.push(() => index.connections.set(key, id));
}

/** Notes which edge connects two nodes, unless another one does already. */
function connect(index: DesignIndex, edge: ScenarioEdge, undo: Undo): void {
  const key = connectionKey(edge);
  if (index.connections.has(key)) return;
  index.connections.set(key, edge.id);
  undo.steps.push(() => index.connections.delete(key));
}
