/**
 * What a person can do with the open document. All of it but looking (selection, view) can be undone.
 *
 * Actions that may be refused return why, in a sentence; those that nobody waits for an answer of also tell it through
 * `documentStore.refusal`.
 */
import { nameOf } from '../../workers/scenario/change-words.ts';
import {
  LIMITS,
  NOTES_MAX,
  TITLE_MAX,
  type Check,
  type Design,
  type Fault,
  type FaultAction,
  type ScenarioEdge,
  type ScenarioNode,
  type View,
} from '../../workers/scenario/document.ts';
import { nodeKinds, type NodeKind } from '../../workers/scenario/kinds/table.ts';
import { resolveNode } from '../../workers/scenario/resolve.ts';
import { connectionBetween } from '../../workers/scenario/rules.ts';
import { changeDesign, changeHead } from './edit.ts';
import { newProblem } from './judge.ts';
import { idSource, uniqueName } from './naming.ts';
import {
  edgeWith,
  labelOfParameter,
  nodeWith,
  withCommonAssignor,
  withReadersOfStream,
  type Path,
} from './parameters.ts';
import { runtime } from './runtime.ts';
import { documentStore, NO_SELECTION, refuse, type Selection } from './store.ts';

export { bringBackBranch, deleteBranch, renameBranch, showBranch } from './branches.ts';
export { causeFault, changeDesign, endStep, redo, undo } from './edit.ts';
export {
  currentScenario,
  deleteSaved,
  newScenario,
  openSaved,
  openScenario,
  openVersion,
  renameSaved,
  restartRun,
  saveCopy,
} from './autosave.ts';
export { listSaved, listVersions } from './library.ts';
export { nameOf } from '../../workers/scenario/change-words.ts';
export { align, autoLayout, moveNodes, resizeFrame } from './arrange.ts';
export { copy, duplicate, paste } from './clipboard.ts';

export type Done = { readonly ok: true } | { readonly ok: false; readonly reason: string };
export type Made = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: string };

const DONE: Done = { ok: true };

function refused(reason: string): { readonly ok: false; readonly reason: string } {
  refuse(reason);
  return { ok: false, reason };
}

/** Gives new ids for the open document. */
function freshIds(): (sort: string) => string {
  const { scenario, design } = documentStore.getState();
  return idSource(
    scenario,
    [...design.nodes, ...design.edges, ...design.checks, ...design.faults].map(({ id }) => id),
  );
}

interface AddOptions {
  readonly name?: string;
  /** A frame to put it in; the position is then relative to the frame. */
  readonly parent?: string;
  /** Parameters on top of the kind's starting values. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Draws a connection from or to an existing node in the same step. */
  readonly connectFrom?: string;
  readonly connectTo?: string;
}

/** Adds a node and selects it. Returns its id; an empty one when the document is full. */
export function addNode(
  kind: NodeKind,
  position: { readonly x: number; readonly y: number },
  { name, parent, values, connectFrom, connectTo }: AddOptions = {},
): string {
  const { design } = documentStore.getState();
  if (design.nodes.length >= LIMITS.nodes) {
    refuse(`A scenario holds at most ${LIMITS.nodes.toLocaleString('en')} nodes.`);
    return '';
  }
  const definition = nodeKinds[kind];
  const newId = freshIds();
  const id = newId(kind);
  const node = {
    id,
    kind,
    name: uniqueName(
      name ?? definition.defaultName,
      design.nodes.map((other) => other.name),
    ),
    position: { x: Math.round(position.x), y: Math.round(position.y) },
    ...(parent === undefined ? {} : { parent }),
    ...definition.startingValues,
    ...values,
  } as ScenarioNode;
  changeDesign(`Add ${node.name}`, (before) => {
    // A frame goes behind what is there already.
    const nodes = kind === 'frame' ? [node, ...before.nodes] : [...before.nodes, node];
    let after: Design = { ...before, nodes };
    if (connectFrom !== undefined) after = connected(after, connectFrom, id, newId);
    if (connectTo !== undefined) after = connected(after, id, connectTo, newId);
    return after;
  });
  select({ nodes: [id], edges: [] });
  return id;
}

/** With the edge if the rules allow one; else as it was. */
function connected(design: Design, from: string, to: string, newId: (sort: string) => string): Design {
  const connection = connectionBetween(design, from, to);
  if (!connection.ok) return design;
  const edge = { id: newId(connection.kind), kind: connection.kind, from, to, ...connection.startingValues };
  return withCommonAssignor({ ...design, edges: [...design.edges, edge] }, edge.id, { follow: true });
}

/** Draws a connection and selects it. */
export function connect(from: string, to: string): Made {
  const { design } = documentStore.getState();
  const connection = connectionBetween(design, from, to);
  if (!connection.ok) return connection;
  if (design.edges.length >= LIMITS.edges) {
    return refused(`A scenario holds at most ${LIMITS.edges.toLocaleString('en')} connections.`);
  }
  const id = freshIds()(connection.kind);
  const label = `Connect ${nameOf(design, from)} to ${nameOf(design, to)}`;
  changeDesign(label, (before) => connected(before, from, to, () => id));
  select({ nodes: [], edges: [id] });
  return { ok: true, id };
}

/** Removes nodes and edges, with everything that speaks of them: edges, checks, scripted faults. */
export function removeItems({ nodes, edges }: Selection): void {
  const { design } = documentStore.getState();
  const gone = new Set([...nodes, ...edges]);
  for (const edge of design.edges) if (gone.has(edge.from) || gone.has(edge.to)) gone.add(edge.id);
  const named =
    nodes.length + edges.length === 1
      ? nameOf(design, nodes[0] ?? edges[0] ?? '')
      : `${nodes.length + edges.length} items`;
  changeDesign(`Delete ${named}`, (before) => {
    const kept = before.nodes.filter(({ id }) => !gone.has(id));
    if (kept.length === before.nodes.length && !before.edges.some(({ id }) => gone.has(id))) return before;
    return {
      nodes: kept.map((node) =>
        node.parent === undefined || !gone.has(node.parent) ? node : outOfFrame(before, node),
      ),
      edges: before.edges.filter(({ id }) => !gone.has(id)),
      checks: before.checks.filter(({ of }) => !gone.has(of)),
      faults: before.faults.filter(({ target }) => !gone.has(target)),
    };
  });
}

/** A node whose frame goes away stays where it is on the canvas. */
function outOfFrame(design: Design, node: ScenarioNode): ScenarioNode {
  const { parent, ...rest } = node;
  const frame = design.nodes.find(({ id }) => id === parent);
  const position = { x: node.position.x + (frame?.position.x ?? 0), y: node.position.y + (frame?.position.y ?? 0) };
  return { ...rest, position };
}

/** Sets one parameter, by the path of its member: `['arrivals', 'ratePerSecond']`. `undefined` returns it to its default. */
export function setParameter(where: 'nodes' | 'edges', id: string, path: Path, value: unknown): Done {
  const { design } = documentStore.getState();
  const item = design[where].find((candidate) => candidate.id === id);
  if (item === undefined) return refused('It is no longer there.');
  const shrinks = refusalToShrink(item, path, value);
  if (shrinks !== null) return refused(shrinks);
  const problem = newProblem(design, withParameterSet(design, item, path, value));
  if (problem !== null) return { ok: false, reason: problem };
  const label = labelOfParameter(design, item, path);
  changeDesign(`Change ${label} of ${nameOf(design, id)}`, (before) => withParameterSet(before, item, path, value), {
    merge: `${id}.${path.join('.')}`,
  });
  return DONE;
}

function withParameterSet(design: Design, item: ScenarioNode | ScenarioEdge, path: Path, value: unknown): Design {
  if ('position' in item) {
    const changed = withItem(design, 'nodes', nodeWith(item, path, value));
    if (item.kind === 'queue' && path[0] === 'type' && value === 'stream') return withReadersOfStream(changed, item.id);
    if (path[0] !== 'group') return changed;
    const reads = changed.edges.filter(({ to }) => to === item.id);
    return reads.reduce((joined, { id }) => withCommonAssignor(joined, id, { follow: true }), changed);
  }
  const changed = withItem(design, 'edges', edgeWith(design, item, path, value));
  return path[0] === 'assignor' ? withCommonAssignor(changed, item.id, { follow: false }) : changed;
}

function withItem(design: Design, where: 'nodes' | 'edges', item: ScenarioNode | ScenarioEdge): Design {
  const items: readonly (ScenarioNode | ScenarioEdge)[] = design[where];
  return { ...design, [where]: items.map((other) => (other.id === item.id ? item : other)) };
}

export function unsetParameter(where: 'nodes' | 'edges', id: string, path: Path): Done {
  return setParameter(where, id, path, undefined);
}

/** A log cannot lose partitions while it holds records; before the run it is just a number. */
function refusalToShrink(item: ScenarioNode | ScenarioEdge, path: Path, value: unknown): string | null {
  if (!('position' in item) || item.kind !== 'topic' || path[0] !== 'partitions' || !runtime().started()) return null;
  const resolved = resolveNode(item);
  if (resolved.kind !== 'topic' || (typeof value === 'number' && value >= resolved.partitions)) return null;
  return `${item.name} cannot lose partitions while it runs, as in Kafka. Restart the run to begin with fewer.`;
}

function stepCount(id: string, kind: 'topic' | 'consumer', name: 'partitions' | 'instances', by: number): Done {
  const node = documentStore.getState().design.nodes.find((candidate) => candidate.id === id);
  if (node === undefined || node.kind !== kind) return refused('It is no longer there.');
  const resolved = resolveNode(node) as unknown as Readonly<Record<typeof name, number>>;
  const done = setParameter('nodes', id, [name], resolved[name] + by);
  return done.ok ? done : refused(done.reason);
}

export function addPartition(topicId: string): Done {
  return stepCount(topicId, 'topic', 'partitions', 1);
}

/** Refused once the run has started: Kafka cannot shrink a topic. */
export function removePartition(topicId: string): Done {
  return stepCount(topicId, 'topic', 'partitions', -1);
}

/** Adds `by` instances to a consumer group; a negative number takes some away. */
export function addInstance(consumerId: string, by: number = 1): Done {
  return stepCount(consumerId, 'consumer', 'instances', by);
}

/** An empty name is refused silently: the old one stays. */
export function rename(id: string, name: string): void {
  const trimmed = name.trim().slice(0, 120);
  if (trimmed === '') return;
  changeDesign(`Rename to ${trimmed}`, (before) => {
    const node = before.nodes.find((candidate) => candidate.id === id);
    return node === undefined || node.name === trimmed ? before : withItem(before, 'nodes', { ...node, name: trimmed });
  });
}

type WithoutId<Item> = Item extends { readonly id: string } ? Omit<Item, 'id'> : never;

export function addCheck(check: WithoutId<Check>): string {
  const id = freshIds()('check');
  changeDesign('Add a check', (before) => ({ ...before, checks: [...before.checks, { ...check, id }] }));
  return id;
}

/** Replaces a check, e.g. with another threshold. */
export function changeCheck(check: Check): void {
  changeDesign(
    'Change a check',
    (before) => ({ ...before, checks: before.checks.map((other) => (other.id === check.id ? check : other)) }),
    { merge: `check.${check.id}` },
  );
}

export function removeCheck(id: string): void {
  changeDesign('Remove a check', (before) => ({ ...before, checks: before.checks.filter((check) => check.id !== id) }));
}

/** Scripts a fault: it happens at its time whenever the scenario runs. One in the past of the run waits for the next. */
export function addFault(fault: FaultAction & { readonly atMs: number }): string {
  const id = freshIds()('fault');
  changeDesign('Script a fault', (before) => ({
    ...before,
    faults: [...before.faults, { ...fault, id } as Fault].sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1)),
  }));
  return id;
}

export function removeFault(id: string): void {
  changeDesign('Remove a fault', (before) => ({ ...before, faults: before.faults.filter((fault) => fault.id !== id) }));
}

export function setTitle(title: string): void {
  const trimmed = title.trim().slice(0, TITLE_MAX) || 'Untitled';
  if (trimmed !== documentStore.getState().scenario.title) changeHead(`Rename to ${trimmed}`, { title: trimmed });
}

export function setNotes(notes: string): void {
  changeHead('Edit the notes', { notes: notes.slice(0, NOTES_MAX) }, { merge: 'notes' });
}

/** Another seed is another run: it starts over at 0, with the same journal. Anything but a whole number in [0, 2^32) is refused. */
export function setSeed(seed: number): Done {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    return refused('A seed is a whole number below 4,294,967,296.');
  if (seed !== documentStore.getState().scenario.seed) changeHead(`Use seed ${seed}`, { seed });
  return DONE;
}

/** How the person looks at it: saved and shared, never undone. */
export function setView(view: Partial<View>): void {
  documentStore.setState(({ scenario }) => ({ scenario: { ...scenario, view: { ...scenario.view, ...view } } }));
}

export function select(selection: Partial<Selection>): void {
  documentStore.setState({ selection: { ...NO_SELECTION, ...selection } });
}

export function selectAll(): void {
  const { nodes, edges } = documentStore.getState().design;
  select({ nodes: nodes.map(({ id }) => id), edges: edges.map(({ id }) => id) });
}
