/** Where a node's values lie in a frame. Null and 0 stand for "nothing yet": the frame does not know the node, or not as that kind. */
import type { Layout, NodeBlock } from '../../../../workers/protocol/frame.ts';

type BlockOf<Kind extends NodeBlock['kind']> = Extract<NodeBlock, { readonly kind: Kind }>;

export function blockOf<Kind extends NodeBlock['kind']>(layout: Layout, id: string, kind: Kind): BlockOf<Kind> | null {
  const block = layout.nodes[id];
  return isOfKind(block, kind) ? block : null;
}

function isOfKind<Kind extends NodeBlock['kind']>(block: NodeBlock | undefined, kind: Kind): block is BlockOf<Kind> {
  return block?.kind === kind;
}

/** @param figure its place in the block, as `QUEUE.ready` */
export function figureOf(
  values: Float64Array,
  layout: Layout,
  id: string,
  kind: NodeBlock['kind'],
  figure: number,
): number {
  const block = blockOf(layout, id, kind);
  return block === null ? 0 : values[block.at + figure]!;
}
