/** What a person who writes a scenario by hand may leave out, because there is only one sensible way to fill it in. */
import { isPlainObject, textOf, type Plain, type PlainObject } from './plain.ts';

/** Canvas columns for nodes without a position, by kind. In flow coordinates. */
const COLUMN_WIDTH = 460;
const ROW_HEIGHT = 260;
const COLUMNS: Readonly<Record<string, number>> = { producer: 0, topic: 1, consumer: 2 };
const LAST_COLUMN = 3;

/**
 * A document with names (the id), positions (columns by kind), and ids of edges, faults and checks (`publish-orders`,
 * `fault-1`, `check-1`) filled in where they are missing. Everything else stays as it is, also what is wrong.
 */
export function completeDocument(document: PlainObject): PlainObject {
  const nodes = completeNodes(listOf(document['nodes']));
  const taken = new Set(nodes.map(idOf));
  return {
    ...document,
    ...(Array.isArray(document['nodes']) ? { nodes } : {}),
    ...completeIds(document, 'edges', taken, (edge) => `${textOf(edge['from'])}-${textOf(edge['to'])}`),
    ...completeIds(document, 'faults', new Set(), (_, place) => `fault-${place + 1}`),
    ...completeIds(document, 'checks', new Set(), (_, place) => `check-${place + 1}`),
  };
}

function listOf(value: Plain | undefined): readonly Plain[] {
  return Array.isArray(value) ? (value as readonly Plain[]) : [];
}

function idOf(item: Plain): Plain | undefined {
  return isPlainObject(item) ? item['id'] : undefined;
}

function completeNodes(nodes: readonly Plain[]): readonly Plain[] {
  const rows = new Map<number, number>();
  return nodes.map((node) => {
    if (!isPlainObject(node)) return node;
    const column = COLUMNS[textOf(node['kind'])] ?? LAST_COLUMN;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    const named = node['name'] === undefined && typeof node['id'] === 'string' ? { name: node['id'] } : {};
    const placed =
      node['position'] === undefined ? { position: { x: column * COLUMN_WIDTH, y: row * ROW_HEIGHT } } : {};
    return { ...node, ...named, ...placed };
  });
}

function completeIds(
  document: PlainObject,
  part: string,
  others: ReadonlySet<Plain | undefined>,
  suggest: (item: PlainObject, place: number) => string,
): PlainObject {
  const list = document[part];
  if (!Array.isArray(list)) return {};
  const items = list as readonly Plain[];
  const taken = new Set([...others, ...items.map(idOf)]);
  const completed = items.map((item, place) => {
    if (!isPlainObject(item) || item['id'] !== undefined) return item;
    const id = freeId(suggest(item, place), taken);
    taken.add(id);
    return { ...item, id };
  });
  return { [part]: completed };
}

/** The suggestion, cut to the length and letters of an id, with a number when it is taken. */
function freeId(suggestion: string, taken: ReadonlySet<Plain | undefined>): string {
  const stem = suggestion.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, 32);
  let id = stem;
  for (let count = 2; taken.has(id); count += 1) id = `${stem}-${count}`;
  return id;
}
