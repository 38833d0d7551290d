/** Where document ids are found in a run, and edges as networks. */
import type { ResolvedEdge } from '../../scenario/resolve.ts';
import { prepareRebalance } from '../brokers/log/group.ts';
import { judgeEdge, openNetwork, type NetworkSettings } from '../network.ts';
import type { EdgeState, Run } from '../state.ts';

export function place(run: Run, id: string, kind: Run['places'][string]['kind'], index: number): void {
  run.places[id] = { kind, index };
  run.layoutVersion += 1;
}

/** Edges that only say how two nodes belong together have no network. */
const NO_NETWORK: NetworkSettings = { latencyMs: { type: 'constant', mean: 0 }, loss: 0, duplicate: 0 };

function networkOf(edge: ResolvedEdge): NetworkSettings {
  return 'network' in edge ? edge.network : NO_NETWORK;
}

export function addEdgeState(run: Run, edge: ResolvedEdge, detail: number): number {
  const state: EdgeState = {
    id: edge.id,
    kind: edge.kind,
    gone: false,
    from: edge.from,
    to: edge.to,
    cut: false,
    dropAcks: false,
    lastCutNs: -1,
    slowFactor: 1,
    forward: openNetwork(run, edge.id, 'forward', networkOf(edge)),
    backward: openNetwork(run, edge.id, 'backward', networkOf(edge)),
    direct: false,
    detail,
  };
  judgeEdge(state);
  run.edges.push(state);
  place(run, edge.id, 'edge', run.edges.length - 1);
  return run.edges.length - 1;
}

/** New network settings; the random streams go on. */
export function retune(run: Run, edgeIndex: number, edge: ResolvedEdge): void {
  const state = run.edges[edgeIndex]!;
  state.forward = openNetwork(run, edge.id, 'forward', networkOf(edge));
  state.backward = openNetwork(run, edge.id, 'backward', networkOf(edge));
  judgeEdge(state);
}

export function rebalance(run: Run, groupIndex: number): void {
  const group = run.groups[groupIndex]!;
  if (group.members.length === 0) return;
  if (group.protocol === 'consumer') group.stale = true;
  else prepareRebalance(run, groupIndex);
}
