/**
 * Edits of a running design. Only the design before and the design after count: an item that an edit removes and adds
 * again under its identity has moved in its list, and keeps its running state.
 */
import { applyChanges } from '../../scenario/change.ts';
import type { Design, DesignChange, Fault } from '../../scenario/document.ts';
import { samePlain } from '../../scenario/plain.ts';
import { resolveEdge, resolveNode, type ResolvedEdge, type ResolvedNode } from '../../scenario/resolve.ts';
import { createCheck } from '../checks.ts';
import { copyPlain } from '../core/plain.ts';
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import type { Run } from '../state.ts';
import { edgeBuilder, nodeBuilder } from './builders.ts';
import { orderSteps } from './steps.ts';
import { refreshReplies } from './replies.ts';
import { refreshTransactional } from './transactions.ts';

type Node = Design['nodes'][number];
type Edge = Design['edges'][number];

/** A node as the engine keeps it: copied, as a parser puts its records together in a way that makes them slow to read. */
function settledNode(node: Node): ResolvedNode {
  return copyPlain(resolveNode(node));
}

function settledEdge(edge: Edge): ResolvedEdge {
  return copyPlain(resolveEdge(edge));
}

export function addNode(run: Run, node: Node): void {
  const resolved = settledNode(node);
  nodeBuilder(resolved.kind).add(run, resolved);
}

export function addEdge(run: Run, edge: Edge): void {
  const resolved = settledEdge(edge);
  edgeBuilder(resolved.kind).add(run, resolved);
}

/** Brings the run from its design to the one after the changes, which must fit it. */
export function applyEdit(run: Run, changes: readonly DesignChange[]): void {
  const before = run.design;
  const after = applyChanges(before, changes);
  run.design = after;
  const nodes = compare(before.nodes, after.nodes, (a, b) => a.kind === b.kind);
  const gone = new Set(nodes.removed.map((node) => node.id));
  const edges = compare(
    before.edges,
    after.edges,
    (a, b) => a.kind === b.kind && a.from === b.from && a.to === b.to && !gone.has(a.from) && !gone.has(a.to),
  );
  for (const edge of edges.removed) removeEdge(run, edge.id);
  for (const node of nodes.removed) removeNode(run, node);
  for (const node of nodes.added) addNode(run, node);
  for (const node of nodes.changed) changeNode(run, node);
  for (const edge of edges.added) addEdge(run, edge);
  for (const edge of edges.changed) changeEdge(run, edge);
  orderSteps(run);
  refreshTransactional(run);
  refreshReplies(run);
  if (before.checks !== after.checks) run.checks = after.checks.map((check) => keepCheck(run, check));
  if (before.faults !== after.faults && !samePlain(before.faults, after.faults)) rescript(run);
}

interface Comparison<Item> {
  readonly removed: readonly Item[];
  readonly added: readonly Item[];
  /** As they are after the edit. */
  readonly changed: readonly Item[];
}

/** What became of the items of a list, by id. One whose identity changed was removed, and another one added. */
function compare<Item extends { readonly id: string }>(
  before: readonly Item[],
  after: readonly Item[],
  isSame: (a: Item, b: Item) => boolean,
): Comparison<Item> {
  if (before === after) return { removed: [], added: [], changed: [] };
  const earlier = new Map(before.map((item) => [item.id, item]));
  const kept = new Set<string>();
  const added: Item[] = [];
  const changed: Item[] = [];
  for (const item of after) {
    const old = earlier.get(item.id);
    if (old === undefined || !isSame(old, item)) added.push(item);
    else {
      kept.add(item.id);
      if (old !== item && !samePlain(old, item)) changed.push(item);
    }
  }
  return { removed: before.filter((item) => !kept.has(item.id)), added, changed };
}

function changeNode(run: Run, item: Node): void {
  const node = settledNode(item);
  nodeBuilder(node.kind).change(run, run.places[node.id]!.index, node);
  run.layoutVersion += 1;
}

function changeEdge(run: Run, item: Edge): void {
  const edge = settledEdge(item);
  edgeBuilder(edge.kind).change(run, run.edges[run.places[edge.id]!.index]!.detail, edge);
  run.layoutVersion += 1;
}

function removeNode(run: Run, node: Node): void {
  nodeBuilder(node.kind).remove(run, run.places[node.id]!.index);
  delete run.places[node.id];
  run.layoutVersion += 1;
}

function removeEdge(run: Run, id: string): void {
  const edge = run.edges[run.places[id]!.index]!;
  edgeBuilder(edge.kind).remove(run, edge.detail);
  delete run.places[id];
  run.layoutVersion += 1;
}

/** A check that did not change keeps what it has seen. */
function keepCheck(run: Run, check: Design['checks'][number]): Run['checks'][number] {
  const known = run.checks.find((state) => samePlain(state.check, check));
  return known ?? createCheck(check);
}

export function scheduleFault(run: Run, fault: Fault): void {
  const { id: _id, atMs, ...action } = fault;
  if (fromMs(atMs) < run.nowNs) return;
  run.script.push(action);
  at(run, fromMs(atMs), PRIORITY.fault, OP.fault, 0, run.script.length - 1);
}

/** The script changed: what was to come is void, and what is to come now is scheduled. */
function rescript(run: Run): void {
  run.script = run.script.map(() => null);
  for (const fault of run.design.faults) if (fromMs(fault.atMs) > run.nowNs) scheduleFault(run, fault);
}
