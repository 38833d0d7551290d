/** What a subscription's way is made of: everything that messages pass from where they happen to who reads them. */
import type { Design } from '../../../workers/scenario/document.ts';

type Item = Design['nodes'][number] | Design['edges'][number];

export interface Parts {
  readonly nodes: number;
  readonly edges: number;
  /** Settings that somebody has chosen: all others are the broker's own. */
  readonly settings: number;
}

/** What says where an item is and what it is called, and not how it behaves. */
const NO_SETTING = new Set(['id', 'kind', 'name', 'position', 'parent', 'from', 'to', 'network', 'color', 'size']);

/** The parts between the sources of what `readers` read from `origin`, both included. */
export function partsOf(design: Pick<Design, 'nodes' | 'edges'>, origin: string, readers: readonly string[]): Parts {
  const nodes = new Set([origin, ...readers]);
  const edges = new Set(design.edges.filter(({ from, to }) => from === origin && readers.includes(to)));
  const open = [origin];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const edge of design.edges) {
      if (edge.to !== node || edges.has(edge)) continue;
      edges.add(edge);
      if (!nodes.has(edge.from)) open.push(edge.from);
      nodes.add(edge.from);
    }
  }
  const items: readonly Item[] = [...design.nodes.filter(({ id }) => nodes.has(id)), ...edges];
  return {
    nodes: nodes.size,
    edges: edges.size,
    settings: items.reduce((count, item) => count + settingsOf(item), 0),
  };
}

function settingsOf(item: Item): number {
  return Object.keys(item).filter((key) => !NO_SETTING.has(key)).length;
}
