/** Copy, paste and duplicate: nodes with the connections among them. */
import { LIMITS, type Design, type ScenarioEdge, type ScenarioNode } from '../../workers/scenario/document.ts';
import { changeDesign } from './edit.ts';
import { idSource, uniqueName } from './naming.ts';
import { understood } from './judge.ts';
import { documentStore, emptyScenario, refuse } from './store.ts';

/** Says that a text on the clipboard is ours. */
const CLIP_FORMAT = 'sluice-clip/1';
/** Each copy stands this far below and to the right of its original. */
const OFFSET = 32;

type Piece = Pick<Design, 'nodes' | 'edges'>;

function pieceOf(design: Design, ids: readonly string[]): Piece {
  const wanted = new Set(ids);
  for (const node of design.nodes) if (node.parent !== undefined && wanted.has(node.parent)) wanted.add(node.id);
  return {
    nodes: design.nodes.filter(({ id }) => wanted.has(id)),
    edges: design.edges.filter(({ from, to }) => wanted.has(from) && wanted.has(to)),
  };
}

/** The selection as text for the clipboard; null when no node is selected. */
export function copy(): string | null {
  const { design, selection } = documentStore.getState();
  const piece = pieceOf(design, selection.nodes);
  return piece.nodes.length === 0 ? null : JSON.stringify({ format: CLIP_FORMAT, ...piece });
}

/** The nodes and edges in a text that `copy` made; null for any other text. What is invalid in it is left out. */
async function readClip(text: string): Promise<Piece | null> {
  try {
    const clip = JSON.parse(text) as { readonly format?: unknown };
    if (typeof clip !== 'object' || clip === null || clip.format !== CLIP_FORMAT) return null;
    return await understood({ ...emptyScenario(), ...clip, format: 'sluice/1' });
  } catch {
    return null;
  }
}

/**
 * Adds what was copied, with new ids and names, and selects it. Returns the new nodes' ids, or null when the text is not
 * from `copy` (it may be a scenario: see src/features/sharing). `at` puts the piece's upper left corner there.
 */
export async function paste(
  text: string,
  at?: { readonly x: number; readonly y: number },
): Promise<readonly string[] | null> {
  const piece = await readClip(text);
  return piece === null ? null : insert(piece, 'Paste', at);
}

/** Copies nodes beside themselves. Returns the new ids. */
export function duplicate(ids: readonly string[]): readonly string[] {
  const piece = pieceOf(documentStore.getState().design, ids);
  return piece.nodes.length === 0 ? [] : insert(piece, 'Duplicate');
}

function insert(piece: Piece, label: string, at?: { readonly x: number; readonly y: number }): readonly string[] {
  const { scenario, design } = documentStore.getState();
  if (
    design.nodes.length + piece.nodes.length > LIMITS.nodes ||
    design.edges.length + piece.edges.length > LIMITS.edges
  ) {
    refuse('That is more than a scenario holds.');
    return [];
  }
  const newId = idSource(
    scenario,
    [...design.nodes, ...design.edges].map(({ id }) => id),
  );
  const ids = new Map(piece.nodes.map((node) => [node.id, newId(node.kind)]));
  const names = design.nodes.map(({ name }) => name);
  const shift = shiftOf(piece, at);
  const nodes = piece.nodes.map((node) => {
    const name = uniqueName(node.name, names);
    names.push(name);
    return placed({ ...node, id: ids.get(node.id) ?? '', name }, ids, shift);
  });
  const edges = piece.edges.map(
    (edge) => ({ ...edge, id: newId(edge.kind), from: ids.get(edge.from), to: ids.get(edge.to) }) as ScenarioEdge,
  );
  changeDesign(label, (before) => ({
    ...before,
    nodes: [...before.nodes, ...nodes],
    edges: [...before.edges, ...edges],
  }));
  documentStore.setState({ selection: { nodes: nodes.map(({ id }) => id), edges: edges.map(({ id }) => id) } });
  return nodes.map(({ id }) => id);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function shiftOf({ nodes }: Piece, at: Point | undefined): Point {
  if (at === undefined) return { x: OFFSET, y: OFFSET };
  const outer = nodes.filter(({ parent }) => parent === undefined || !nodes.some(({ id }) => id === parent));
  const left = Math.min(...outer.map(({ position }) => position.x));
  const top = Math.min(...outer.map(({ position }) => position.y));
  return { x: Math.round(at.x - left), y: Math.round(at.y - top) };
}

/** A node whose frame was copied along keeps its place in it; any other moves, out of its frame. */
function placed(node: ScenarioNode, ids: ReadonlyMap<string, string>, shift: Point): ScenarioNode {
  const { parent, ...rest } = node;
  const copied = parent === undefined ? undefined : ids.get(parent);
  if (copied !== undefined) return { ...node, parent: copied };
  return { ...rest, position: { x: node.position.x + shift.x, y: node.position.y + shift.y } };
}
