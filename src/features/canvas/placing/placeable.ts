import type { NodeKind } from '../../../../workers/scenario/kinds/table.ts';

/** What can be put onto the canvas: a node, or a part that belongs into one. */
export type Placeable =
  | { readonly type: 'node'; readonly kind: NodeKind }
  | { readonly type: 'partition' }
  | { readonly type: 'instance' };

/** The kind of node that each part belongs into. */
export const partOwners = { partition: 'topic', instance: 'consumer' } as const satisfies Record<
  Exclude<Placeable['type'], 'node'>,
  NodeKind
>;
