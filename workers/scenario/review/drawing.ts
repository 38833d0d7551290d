/** Findings about the drawing itself: what leads nowhere. */
import type { EdgeKind } from '../edges/table.ts';
import type { NodeKind } from '../kinds/table.ts';
import type { ResolvedDesign } from '../resolve.ts';
import type { Finding } from './finding.ts';

const STORES: ReadonlySet<NodeKind> = new Set(['topic', 'queue', 'sqs', 'store']);
const WRITES: ReadonlySet<EdgeKind> = new Set(['publish', 'amqpPublish', 'bind', 'sqsSend', 'snsSubscribe', 'insert']);

/** What is written to, and never read. */
export function unread(design: ResolvedDesign): readonly Finding[] {
  return design.nodes.flatMap((node): Finding[] => {
    // Dead letters may wait for somebody to look at them, and to expire on the way is what some queues are for.
    const written = design.edges.some((edge) => WRITES.has(edge.kind) && edge.to === node.id);
    const leads = design.edges.some((edge) => edge.from === node.id);
    if (!STORES.has(node.kind) || !written || leads) return [];
    return [{ code: 'unread', in: 'nodes', id: node.id, sentence: `Nobody reads ${node.name}.` }];
  });
}

/** A client that asks, and that no reply can reach. */
export function deafClient(design: ResolvedDesign): readonly Finding[] {
  return design.nodes.flatMap((node): Finding[] => {
    if (node.kind !== 'client') return [];
    const asks = design.edges.some((edge) => edge.from === node.id);
    const hears = design.edges.some((edge) => edge.to === node.id);
    if (!asks || hears) return [];
    const sentence = `${node.name} asks and reads no replies: it gives up on every request.`;
    return [{ code: 'deafClient', in: 'nodes', id: node.id, sentence }];
  });
}

export function unconnected(design: ResolvedDesign): readonly Finding[] {
  const ends = new Set(design.edges.flatMap((edge) => [edge.from, edge.to]));
  return design.nodes.flatMap((node): Finding[] => {
    if (node.kind === 'note' || node.kind === 'frame' || ends.has(node.id)) return [];
    return [{ code: 'unconnected', in: 'nodes', id: node.id, sentence: `${node.name} is not connected to anything.` }];
  });
}
