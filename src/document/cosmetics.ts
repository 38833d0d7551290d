/**
 * What the engine never sees: where a node stands, what it is called, notes and frames. Such changes go to the whole
 * document at once, past and future of the run included, and are never journaled.
 */
import type { Design, DesignChange, JournalEntry, Scenario, ScenarioNode } from '../../workers/scenario/document.ts';

export function isAnnotation(node: ScenarioNode): boolean {
  return node.kind === 'note' || node.kind === 'frame';
}

/** The design without notes and frames, and without what only the eye sees of the other nodes. */
export function structureOf(design: Design): Design {
  const nodes = design.nodes.filter((node) => !isAnnotation(node));
  return { ...design, nodes };
}

function dress(node: ScenarioNode, as: ScenarioNode | undefined): ScenarioNode {
  if (as === undefined || as.kind !== node.kind) return node;
  if (isAnnotation(node)) return as;
  if (node.name === as.name && node.position === as.position && node.parent === as.parent) return node;
  const { parent: _, ...rest } = node;
  return {
    ...rest,
    name: as.name,
    position: as.position,
    ...(as.parent === undefined ? {} : { parent: as.parent }),
  };
}

/** A node whose frame is gone stands on the canvas itself. */
function withoutLostParents(nodes: readonly ScenarioNode[]): readonly ScenarioNode[] {
  const frames = new Set(nodes.filter(({ kind }) => kind === 'frame').map(({ id }) => id));
  return nodes.map((node) => {
    if (node.parent === undefined || frames.has(node.parent)) return node;
    const { parent: _, ...rest } = node;
    return rest;
  });
}

/**
 * `nodes` dressed as in `like`: names and places of the nodes that both have, and exactly the notes and frames of `like`.
 * Returns `nodes` itself when nothing changes.
 */
function dressNodes(nodes: readonly ScenarioNode[], like: readonly ScenarioNode[]): readonly ScenarioNode[] {
  const wanted = new Map(like.map((node) => [node.id, node]));
  const present = new Set(nodes.map(({ id }) => id));
  const kept = nodes
    .filter((node) => !isAnnotation(node) || wanted.has(node.id))
    .map((node) => dress(node, wanted.get(node.id)));
  const added = like.filter((node) => isAnnotation(node) && !present.has(node.id));
  const dressed = withoutLostParents([...kept, ...added]);
  const same = dressed.length === nodes.length && dressed.every((node, index) => node === nodes[index]);
  return same ? nodes : dressed;
}

export function dressDesign(design: Design, like: Design): Design {
  const nodes = dressNodes(design.nodes, like.nodes);
  return nodes === design.nodes ? design : { ...design, nodes };
}

function dressChange(change: DesignChange, wanted: ReadonlyMap<string, ScenarioNode>): DesignChange {
  if (change.op !== 'add' || change.in !== 'nodes') return change;
  const item = dress(change.item, wanted.get(change.item.id));
  return item === change.item ? change : { ...change, item };
}

function dressEntry(entry: JournalEntry, wanted: ReadonlyMap<string, ScenarioNode>): JournalEntry {
  if (!('edit' in entry)) return entry;
  const edit = entry.edit.map((change) => dressChange(change, wanted));
  return edit.every((change, index) => change === entry.edit[index]) ? entry : { ...entry, edit };
}

function dressJournal(
  journal: readonly JournalEntry[],
  wanted: ReadonlyMap<string, ScenarioNode>,
): readonly JournalEntry[] {
  const dressed = journal.map((entry) => dressEntry(entry, wanted));
  return dressed.every((entry, index) => entry === journal[index]) ? journal : dressed;
}

/** The whole document dressed as in `like`: what the run starts from, and the nodes that its journals add. */
export function dressScenario(scenario: Scenario, like: Design): Scenario {
  const wanted = new Map(like.nodes.map((node) => [node.id, node]));
  const nodes = dressNodes(scenario.nodes, like.nodes);
  const journal = dressJournal(scenario.journal, wanted);
  const branches = (scenario.branches ?? []).map((branch) => {
    const dressed = dressJournal(branch.journal, wanted);
    return dressed === branch.journal ? branch : { ...branch, journal: dressed };
  });
  const branchesSame = branches.every((branch, index) => branch === scenario.branches?.[index]);
  if (nodes === scenario.nodes && journal === scenario.journal && branchesSame) return scenario;
  return { ...scenario, nodes, journal, ...(branchesSame ? {} : { branches }) };
}
