import type * as v from 'valibot';
import type { NodeKind } from '../kinds/table.ts';

/**
 * A protocol: an edge kind between two particular ends. `publish` to a topic and `publish` to a queue are one edge kind
 * and two protocols, with different settings.
 */
export interface ProtocolDefinition<Kind extends string, Entries extends v.ObjectEntries> {
  readonly edge: Kind;
  readonly from: readonly NodeKind[];
  readonly to: readonly NodeKind[];
  readonly label: string;
  readonly summary: string;
  readonly version: number;
  readonly parameters: Entries;
  /** Like a node's starting values: written into the document when a person draws the edge. */
  readonly startingValues: Readonly<Record<string, unknown>>;
}

export function defineProtocol<const Kind extends string, const Entries extends v.ObjectEntries>(
  definition: ProtocolDefinition<Kind, Entries>,
): ProtocolDefinition<Kind, Entries> {
  return definition;
}
