/** Where a connection from, or to, a node may end, and why not elsewhere. */
import type { Design } from '../../../../workers/scenario/document.ts';
import { connectionBetween } from '../../../../workers/scenario/rules.ts';
import { connect } from '../../../document/actions.ts';
import { documentStore } from '../../../document/store.ts';
import { announce, canvasStore, type Connecting, type ConnectionTargets } from '../canvas-store.ts';
import { nodeTitle } from '../flow/describe.ts';

/** The answer for every node but the one it starts at. `leaves` says whether the connection leaves that node. */
function targetsOf(design: Pick<Design, 'nodes' | 'edges'>, nodeId: string, leaves: boolean): ConnectionTargets {
  const others = design.nodes.filter(({ id, kind }) => id !== nodeId && kind !== 'frame' && kind !== 'note');
  return new Map(
    others.map(({ id }) => {
      const connection = leaves ? connectionBetween(design, nodeId, id) : connectionBetween(design, id, nodeId);
      return [id, connection.ok ? { ok: true } : { ok: false, reason: connection.reason }];
    }),
  );
}

export function startConnecting(start: Pick<Connecting, 'nodeId' | 'leaves' | 'by'>): Connecting {
  const connecting = { ...start, targets: targetsOf(documentStore.getState().design, start.nodeId, start.leaves) };
  canvasStore.setState({ connecting, menu: null });
  return connecting;
}

export function stopConnecting(): void {
  if (canvasStore.getState().connecting !== null) canvasStore.setState({ connecting: null });
}

export function titleOf(nodeId: string): string {
  const node = documentStore.getState().design.nodes.find(({ id }) => id === nodeId);
  return node === undefined ? nodeId : nodeTitle(node);
}

/** Draws the connection, or says why there is none. Returns whether it was drawn. */
export function connectNodes(fromId: string, toId: string): boolean {
  const made = connect(fromId, toId);
  if (made.ok) announce(`Connected ${titleOf(fromId)} to ${titleOf(toId)}.`);
  else announce(made.reason, { refusal: true });
  return made.ok;
}
