/** Rules between items: ids, ends, parents, targets. They look at the design as sets; order does not matter to them. */
import { instancesAtMost } from '../kinds/autoscale.ts';
import { didYouMean } from '../nearest.ts';
import { quoted, type PathStep } from '../diagnostics.ts';
import type { Check, Fault, FaultAction, ScenarioEdge, ScenarioNode } from '../document.ts';
import { protocols } from '../edges/table.ts';
import type { NodeKind } from '../kinds/table.ts';
import { DEFAULT_BROKERS } from '../kinds/cluster.ts';
import { CLAIM_SUBJECTS, FAULT_TARGETS, protocolBetween, readsElsewhere } from '../rules.ts';
import { find, type Findings } from './findings.ts';

/** A design to look things up in. */
export interface DesignIndex {
  readonly nodes: Map<string, ScenarioNode>;
  readonly edges: Map<string, ScenarioEdge>;
  readonly checks: Map<string, Check>;
  readonly faults: Map<string, Fault>;
  /** Edge id by kind and ends. */
  readonly connections: Map<string, string>;
  /** Where an item stands in the document, by its id. */
  readonly paths: Map<string, readonly PathStep[]>;
}

/** Where an edge stands; the list of edges for one that stands nowhere. */
export function pathOfEdge({ paths }: DesignIndex, id: string): readonly PathStep[] {
  return paths.get(id) ?? ['edges'];
}

export function emptyIndex(): DesignIndex {
  return {
    nodes: new Map(),
    edges: new Map(),
    checks: new Map(),
    faults: new Map(),
    connections: new Map(),
    paths: new Map(),
  };
}

/** A copy that can be taken along to another moment. */
export function copyIndex({ nodes, edges, checks, faults, connections, paths }: DesignIndex): DesignIndex {
  return {
    nodes: new Map(nodes),
    edges: new Map(edges),
    checks: new Map(checks),
    faults: new Map(faults),
    connections: new Map(connections),
    paths: new Map(paths),
  };
}

export function connectionKey(edge: ScenarioEdge): string {
  return `${edge.kind} ${edge.from} ${edge.to}`;
}

/** Whether an id is still free for a node or an edge, which share one space because a fault may name either. */
export function judgeFreeId(index: DesignIndex, id: string, path: readonly PathStep[], findings: Findings): boolean {
  const other = index.nodes.has(id) ? 'a node' : index.edges.has(id) ? 'an edge' : undefined;
  if (other !== undefined) find(findings, 'id.duplicate', [...path, 'id'], { id, other });
  return other === undefined;
}

/** Whether an edge may stand where it stands: both ends exist, a protocol leads from one to the other, and it is the only one. */
export function judgeEdgePlace(
  index: DesignIndex,
  edge: ScenarioEdge,
  path: readonly PathStep[],
  findings: Findings,
): boolean {
  const from = judgeEnd(index, edge.from, [...path, 'from'], 'comes from', findings);
  const to = judgeEnd(index, edge.to, [...path, 'to'], 'leads to', findings);
  if (from === undefined || to === undefined) return false;
  const protocol = protocolBetween(from.kind, to.kind);
  if (protocol === undefined || protocols[protocol].edge !== edge.kind) {
    find(
      findings,
      'edge.noProtocol',
      path,
      { kind: edge.kind, from: from.kind, to: to.kind },
      adviceForEnds(from.kind, to.kind),
    );
    return false;
  }
  const other = index.connections.get(connectionKey(edge));
  if (other !== undefined && other !== edge.id) {
    find(findings, 'edge.duplicate', path, { other });
    return false;
  }
  const elsewhere = readsElsewhere(index.edges.values(), edge.kind, edge.to);
  if (elsewhere !== undefined) {
    find(findings, 'consumer.families', path, { consumer: quoted(to.name), other: elsewhere.id });
    return false;
  }
  return edge.kind !== 'host' || judgeHost(index, edge, path, findings);
}

/** A topic is on one cluster. */
function judgeHost(index: DesignIndex, edge: ScenarioEdge, path: readonly PathStep[], findings: Findings): boolean {
  for (const other of index.edges.values()) {
    if (other.kind !== 'host' || other.to !== edge.to || other.id === edge.id) continue;
    find(findings, 'host.twice', path, { topic: edge.to, other: other.from });
    return false;
  }
  return true;
}

/** A partition has one replica on a broker at most. */
export function judgeHosts(index: DesignIndex, findings: Findings): void {
  for (const edge of index.edges.values()) {
    if (edge.kind !== 'host') continue;
    const [host, topic] = [index.nodes.get(edge.from), index.nodes.get(edge.to)];
    if (host?.kind !== 'cluster' || topic?.kind !== 'topic') continue;
    const { brokers = DEFAULT_BROKERS } = host;
    const factor = topic.replicationFactor ?? 1;
    if (factor > brokers)
      find(findings, 'host.brokers', ['nodes'], { topic: topic.id, factor, cluster: host.id, brokers });
  }
}

function judgeEnd(
  index: DesignIndex,
  id: string,
  path: readonly PathStep[],
  end: string,
  findings: Findings,
): ScenarioNode | undefined {
  const node = index.nodes.get(id);
  if (node === undefined) find(findings, 'edge.endUnknown', path, { end, id }, suggestId(id, index.nodes));
  return node;
}

function adviceForEnds(from: NodeKind, to: NodeKind): string | undefined {
  const forward = protocolBetween(from, to);
  if (forward !== undefined) return `From a ${from} to a ${to} the kind is "${protocols[forward].edge}".`;
  const backward = protocolBetween(to, from);
  return backward === undefined
    ? undefined
    : `It leads the other way: "${protocols[backward].edge}" from the ${to} to the ${from}.`;
}

/** Ids are often typed wrong, but too many to compare cost too much. */
function suggestId(id: string, items: ReadonlyMap<string, unknown>): string | undefined {
  return items.size <= 200 ? didYouMean(id, [...items.keys()]) : undefined;
}

/** Whether a node's parent, if it has one, is a frame, and no circle of frames holds itself. */
export function judgeParent(
  index: DesignIndex,
  node: ScenarioNode,
  path: readonly PathStep[],
  findings: Findings,
): boolean {
  if (node.parent === undefined) return true;
  const here = [...path, 'parent'];
  const parent = index.nodes.get(node.parent);
  if (parent === undefined) {
    find(findings, 'parent.unknown', here, { parent: node.parent }, suggestId(node.parent, index.nodes));
    return false;
  }
  if (parent.kind !== 'frame') {
    find(findings, 'parent.notFrame', here, { parent: node.parent, kind: parent.kind });
    return false;
  }
  const seen = new Set([node.id]);
  for (let above: ScenarioNode | undefined = parent; above !== undefined; above = index.nodes.get(above.parent ?? '')) {
    if (above.id === node.id) {
      find(findings, 'parent.cycle', here, {
        ids: [...seen]
          .slice(0, 5)
          .map((id) => `"${id}"`)
          .join(', '),
      });
      return false;
    }
    if (seen.has(above.id)) return true; // A circle further up, which is reported where it is.
    seen.add(above.id);
  }
  return true;
}

/** Whether a fault names something that it can happen to. */
export function judgeFaultTarget(
  index: DesignIndex,
  fault: FaultAction,
  path: readonly PathStep[],
  findings: Findings,
): boolean {
  const { nodes, edges } = FAULT_TARGETS[fault.do];
  const node = index.nodes.get(fault.target);
  const edge = index.edges.get(fault.target);
  const here = [...path, 'target'];
  if (node === undefined && edge === undefined) {
    find(
      findings,
      'fault.target',
      here,
      { id: fault.target },
      suggestId(fault.target, edges ? index.edges : index.nodes),
    );
    return false;
  }
  // Nothing travels along an edge that says where a topic is.
  const fits = node === undefined ? edges && edge?.kind !== 'host' : nodes.includes(node.kind);
  if (!fits) {
    const expected = [...nodes, ...(edges ? ['edge'] : [])].map((kind) => `${kind}s`).join(', ');
    find(findings, 'fault.kind', here, { what: node?.kind ?? 'edge', fault: WORDS[fault.do] ?? fault.do, expected });
    return false;
  }
  return judgeInstance(fault, node, path, findings);
}

const WORDS: Readonly<Record<string, string>> = {
  cut: 'be cut',
  heal: 'be healed',
  dropAcks: 'drop acknowledgements',
  slow: 'be slowed',
  pause: 'be paused',
  resume: 'be resumed',
  restart: 'be restarted',
  isolate: 'be isolated',
  purge: 'be purged',
  redrive: 'be redriven',
};

function judgeInstance(
  fault: FaultAction,
  node: ScenarioNode | undefined,
  path: readonly PathStep[],
  findings: Findings,
): boolean {
  if (!('instance' in fault) || fault.instance === undefined || node === undefined) return true;
  const here = [...path, 'instance'];
  if (node.kind !== 'consumer' && node.kind !== 'cluster') {
    find(findings, 'fault.notAnInstance', here, { id: node.id, kind: node.kind });
    return false;
  }
  const count = node.kind === 'cluster' ? (node.brokers ?? DEFAULT_BROKERS) : instancesAtMost(node);
  if (fault.instance >= count) find(findings, 'fault.instance', here, { instance: fault.instance, id: node.id, count });
  return true;
}

/** Whether a check is about something that its claim can be made of. */
export function judgeCheckSubject(
  index: DesignIndex,
  check: Check,
  path: readonly PathStep[],
  findings: Findings,
): boolean {
  const node = index.nodes.get(check.of);
  const here = [...path, 'of'];
  const expected = CLAIM_SUBJECTS[check.claim];
  if (node === undefined) {
    find(findings, 'check.target', here, { id: check.of }, suggestId(check.of, index.nodes));
  } else if (node.kind !== expected) {
    find(findings, 'check.kind', here, { claim: check.claim, expected, id: check.of, kind: node.kind });
  }
  return node?.kind === expected;
}

/** Members of one group must have an assignor in common, and a group is of one kind. */
export function judgeGroups(index: DesignIndex, findings: Findings): void {
  judgeAssignors(index, findings);
  const kinds = new Map<string, Set<boolean>>();
  for (const edge of index.edges.values()) {
    const reader = edge.kind === 'subscribe' ? index.nodes.get(edge.to) : undefined;
    if (edge.kind !== 'subscribe' || reader?.kind !== 'consumer') continue;
    const group = reader.group === undefined || reader.group === '' ? reader.id : reader.group;
    kinds.set(group, (kinds.get(group) ?? new Set()).add(edge.groupProtocol === 'share'));
  }
  for (const [group, both] of kinds) if (both.size > 1) find(findings, 'group.protocols', ['edges'], { group });
}

function judgeAssignors(index: DesignIndex, findings: Findings): void {
  const groups = new Map<string, { group: string; topic: string; assignors: Set<string> }>();
  for (const edge of index.edges.values()) {
    const reader = edge.kind === 'subscribe' ? index.nodes.get(edge.to) : undefined;
    if (edge.kind !== 'subscribe' || reader?.kind !== 'consumer' || !reader.group) continue;
    if ((edge.groupProtocol ?? 'classic') !== 'classic') continue;
    const key = `${edge.from} ${reader.group}`;
    const known = groups.get(key) ?? { group: reader.group, topic: edge.from, assignors: new Set() };
    known.assignors.add(edge.assignor ?? 'range');
    groups.set(key, known);
  }
  for (const { group, topic, assignors } of groups.values()) {
    if (assignors.size < 2) continue;
    find(findings, 'group.assignors', ['edges'], { group, topic, assignors: [...assignors].join(', ') });
  }
}

/** One process has one transactional producer, and positions can only be saved in a transaction where there is one. */
export function judgeTransactions(index: DesignIndex, findings: Findings): void {
  const edges = [...index.edges.values()];
  for (const { id, name } of index.nodes.values()) {
    const own = edges.flatMap((edge) =>
      edge.kind === 'publish' && edge.from === id ? [edge.transactionalId ?? ''] : [],
    );
    const ids = [...new Set(own.filter((each) => each !== ''))];
    const node = quoted(name);
    if (ids.length > 1) find(findings, 'transaction.ids', ['edges'], { node, ids: ids.map(quoted).join(', ') });
    const commits = edges.some((edge) => edge.kind === 'subscribe' && edge.to === id && edge.commit === 'transaction');
    if (commits && ids.length === 0) find(findings, 'transaction.noProducer', ['edges'], { node });
  }
}
