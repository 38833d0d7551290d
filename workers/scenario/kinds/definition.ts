import type * as v from 'valibot';

/** Families as the palette groups them. */
export type Family = 'sources' | 'log' | 'queues' | 'handlers' | 'annotations';

/**
 * A node kind: what can be placed on the canvas. `parameters` are the fields a document may give; absent ones take
 * their defaults.
 */
export interface NodeDefinition<Kind extends string, Entries extends v.ObjectEntries> {
  readonly kind: Kind;
  readonly family: Family;
  readonly label: string;
  /** One sentence for the palette and for screen readers. */
  readonly summary: string;
  /** Prefix of the names given to new nodes: "orders", "orders 2", … */
  readonly defaultName: string;
  /** Version of this kind's parameters; a change of meaning needs a migration. */
  readonly version: number;
  readonly parameters: Entries;
  /**
   * Values a freshly dropped node starts with where the broker's own default would make a first minute dull.
   * They are written into the document, so nothing is hidden.
   */
  readonly startingValues: Readonly<Record<string, unknown>>;
}

/** Keeps literal types of a definition while checking its form. */
export function defineNode<const Kind extends string, const Entries extends v.ObjectEntries>(
  definition: NodeDefinition<Kind, Entries>,
): NodeDefinition<Kind, Entries> {
  return definition;
}
