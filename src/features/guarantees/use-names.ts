import { useCallback } from 'react';
import { useDocument } from '../../document/store.ts';

/** The name of a node by its id; the id itself for a node that is no longer there. */
export type Names = (nodeId: string) => string;

export function useNames(): Names {
  const nodes = useDocument((state) => state.design.nodes);
  return useCallback((nodeId) => nodes.find((node) => node.id === nodeId)?.name ?? nodeId, [nodes]);
}
