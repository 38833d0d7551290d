/** Judging the design of a document: its nodes, edges, faults and checks, each by itself and then together. */
import { quoted, type PathStep } from '../diagnostics.ts';
import {
  checkSchema,
  faultSchema,
  LIMITS,
  type Check,
  type Design,
  type DesignPart,
  type Fault,
  type ScenarioEdge,
  type ScenarioNode,
} from '../document.ts';
import { protocols } from '../edges/table.ts';
import { instancesAtMost } from '../kinds/autoscale.ts';
import { nodeKinds } from '../kinds/table.ts';
import { didYouMean } from '../nearest.ts';
import { isPlainObject, textOf, type Plain, type PlainObject } from '../plain.ts';
import type { ResolvedEdge, ResolvedNode } from '../resolve.ts';
import { judgeBindings } from './bindings.ts';
import { add, find, type Findings } from './findings.ts';
import { edgeSchemaOf, judgeItem, nodeSchemaOf, without } from './item.ts';
import { judgeManagedQueues } from './managed-queues.ts';
import { judgeQueues } from './queues.ts';
import { judgeSettings } from './settings.ts';
import { judgeStreams } from './streams.ts';
import {
  connectionKey,
  emptyIndex,
  judgeCheckSubject,
  judgeEdgePlace,
  judgeFaultTarget,
  judgeFreeId,
  judgeGroups,
  judgeHosts,
  judgeParent,
  judgeTransactions,
  type DesignIndex,
} from './structure.ts';

type Path = readonly PathStep[];

/** Judges all parts; the index holds what is left of them, in the document's order. */
export function judgeDesign(document: PlainObject, findings: Findings): DesignIndex {
  const index = emptyIndex();
  const { paths } = index;
  for (const [path, item] of itemsOf(document, 'nodes', findings)) {
    const node = judgeNode(item, path, findings);
    if (node === null || !judgeFreeId(index, node.id, path, findings)) continue;
    index.nodes.set(node.id, node);
    paths.set(node.id, path);
  }
  limitSizes(index, findings);
  for (const node of index.nodes.values()) {
    if (judgeParent(index, node, paths.get(node.id) ?? [], findings)) continue;
    const { parent: _, ...rest } = node;
    index.nodes.set(node.id, rest);
  }
  for (const [path, item] of itemsOf(document, 'edges', findings)) {
    const edge = judgeEdge(item, path, findings);
    if (edge === null || !judgeFreeId(index, edge.id, path, findings)) continue;
    if (!judgeEdgePlace(index, edge, path, findings)) continue;
    index.edges.set(edge.id, edge);
    index.connections.set(connectionKey(edge), edge.id);
    paths.set(edge.id, path);
  }
  judgeGroups(index, findings);
  judgeTransactions(index, findings);
  judgeManagedQueues(index, findings);
  judgeStreams(index, findings);
  judgeHosts(index, findings);
  judgeBindings(index, findings);
  judgeQueues(index, findings);
  judgeFaults(document, index, findings);
  for (const [path, item] of itemsOf(document, 'checks', findings)) {
    const check = judgeCheck(item, path, findings);
    if (check === null || !judgeUnused(index.checks, check.id, 'a check', path, findings)) continue;
    if (judgeCheckSubject(index, check, path, findings)) index.checks.set(check.id, check);
  }
  return index;
}

/** The lists of an index, as a design. */
export function designOf(index: DesignIndex): Design {
  return {
    nodes: [...index.nodes.values()],
    edges: [...index.edges.values()],
    faults: [...index.faults.values()],
    checks: [...index.checks.values()],
  };
}

/** The members of a list that are objects, with their paths; at most as many as the limit allows. `within` leads to the document. */
export function itemsOf(
  document: PlainObject,
  part: DesignPart | 'journal' | 'branches',
  findings: Findings,
  within: Path = [],
): readonly (readonly [Path, PlainObject])[] {
  const list = document[part];
  if (list === undefined && part !== 'nodes' && part !== 'edges') return [];
  if (list === undefined) {
    find(findings, 'parameter.missing', [part], { owner: 'the scenario', name: part }, `Add "${part}": [].`);
    return [];
  }
  if (!Array.isArray(list)) {
    find(findings, 'parameter.type', [...within, part], { name: `"${part}"`, expected: 'a list', found: quoted(list) });
    return [];
  }
  // The branch that is shown stands beside the list of the others.
  const besides = part === 'branches' ? 1 : 0;
  const [count, most] = [list.length + besides, LIMITS[part]];
  if (count > most) find(findings, 'limit.exceeded', [...within, part], { count, what: WHAT[part], most });
  return (list as readonly Plain[]).slice(0, most - besides).flatMap((item, place) => {
    const path = [...within, part, place];
    if (isPlainObject(item)) return [[path, item] as const];
    find(findings, 'parameter.type', path, {
      name: `An entry of "${part}"`,
      expected: 'an object',
      found: quoted(item),
    });
    return [];
  });
}

const WHAT: Readonly<Record<DesignPart | 'journal' | 'branches', string>> = {
  nodes: 'nodes',
  edges: 'edges',
  faults: 'faults',
  checks: 'checks',
  journal: 'journal entries',
  branches: 'branches',
};

function ownerOf(what: string, item: PlainObject): string {
  return item['id'] === undefined ? `the ${what}` : `${what} ${quoted(item['id'])}`;
}

export function judgeNode(item: PlainObject, path: Path, findings: Findings): ScenarioNode | null {
  const schema = nodeSchemaOf(item['kind']);
  if (schema === undefined) {
    reportKind(item['kind'], 'node', Object.keys(nodeKinds), path, findings);
    return null;
  }
  const kind = textOf(item['kind']);
  const newer = findings.newer.has('document') || findings.newer.has(kind);
  const judged = judgeItem({ schema, path, owner: ownerOf(kind, item), newer }, item, findings);
  return settled(judged.item, judged.complete as ResolvedNode | null, path, findings) as ScenarioNode | null;
}

export function judgeEdge(item: PlainObject, path: Path, findings: Findings): ScenarioEdge | null {
  const known = edgeSchemaOf(item['kind']);
  if (known === undefined) {
    const kinds = [...new Set(Object.values(protocols).map((protocol) => protocol.edge))];
    reportKind(item['kind'], 'edge', kinds, path, findings);
    return null;
  }
  const newer = findings.newer.has('document') || findings.newer.has(known.protocol);
  const owner = ownerOf(`${textOf(item['kind'])} edge`, item);
  const judged = judgeItem({ schema: known.schema, path, owner, newer }, item, findings);
  return settled(judged.item, judged.complete as ResolvedEdge | null, path, findings) as ScenarioEdge | null;
}

/** The item after the rules between its own settings: without those that do not go together. */
function settled(
  item: PlainObject | null,
  complete: ResolvedNode | ResolvedEdge | null,
  path: Path,
  findings: Findings,
): unknown {
  if (item === null || complete === null) return null;
  const found = judgeSettings(item, complete, path);
  for (const { diagnostic } of found) add(findings, diagnostic);
  const culprits = new Set(found.flatMap((finding) => finding.culprits));
  return culprits.size > 0 ? without(item, culprits) : item;
}

function reportKind(
  found: Plain | undefined,
  what: string,
  kinds: readonly string[],
  path: Path,
  findings: Findings,
): void {
  if (found === undefined) {
    find(
      findings,
      'parameter.missing',
      [...path, 'kind'],
      { owner: `the ${what}`, name: 'kind' },
      `Kinds are ${kinds.join(', ')}.`,
    );
    return;
  }
  const advice = typeof found === 'string' ? didYouMean(found, kinds) : undefined;
  find(findings, 'kind.unknown', [...path, 'kind'], { found: quoted(found), what, expected: kinds.join(', ') }, advice);
}

export function judgeCheck(item: PlainObject, path: Path, findings: Findings): Check | null {
  const newer = findings.newer.has('document');
  const subject = { schema: checkSchema, path, owner: ownerOf('check', item), newer };
  return judgeItem(subject, item, findings).item as Check | null;
}

export function judgeFault(item: PlainObject, path: Path, findings: Findings): Fault | null {
  const newer = findings.newer.has('document');
  const subject = { schema: faultSchema, path, owner: ownerOf('fault', item), newer };
  return judgeItem(subject, item, findings).item as Fault | null;
}

function judgeFaults(document: PlainObject, index: DesignIndex, findings: Findings): void {
  let last = 0;
  let inOrder = true;
  for (const [path, item] of itemsOf(document, 'faults', findings)) {
    const fault = judgeFault(item, path, findings);
    if (fault === null || !judgeUnused(index.faults, fault.id, 'a fault', path, findings)) continue;
    if (!judgeFaultTarget(index, fault, path, findings)) continue;
    index.faults.set(fault.id, fault);
    if (fault.atMs < last && inOrder) find(findings, 'fault.order', path, {});
    inOrder &&= fault.atMs >= last;
    last = fault.atMs;
  }
}

function judgeUnused(
  items: ReadonlyMap<string, unknown>,
  id: string,
  other: string,
  path: Path,
  findings: Findings,
): boolean {
  const unused = !items.has(id);
  if (!unused) find(findings, 'id.duplicate', [...path, 'id'], { id, other });
  return unused;
}

/** Nodes whose size counts against a limit of the whole document. */
const SIZES = [
  { what: 'partitions', sizeOf: (node: ScenarioNode) => (node.kind === 'topic' ? (node.partitions ?? 1) : 0) },
  { what: 'instances', sizeOf: (node: ScenarioNode) => (node.kind === 'consumer' ? instancesAtMost(node) : 0) },
] as const;

/** Reports a design that is too large altogether, and takes out the nodes that make it so. */
export function limitSizes(index: DesignIndex, findings: Findings): boolean {
  let within = true;
  for (const { what, sizeOf } of SIZES) {
    let [count, kept] = [0, 0];
    for (const node of index.nodes.values()) {
      count += sizeOf(node);
      if (kept + sizeOf(node) > LIMITS[what]) index.nodes.delete(node.id);
      else kept += sizeOf(node);
    }
    if (count === kept) continue;
    within = false;
    find(findings, 'limit.exceeded', ['nodes'], { count, what, most: LIMITS[what] });
  }
  return within;
}
