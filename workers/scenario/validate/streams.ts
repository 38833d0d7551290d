/** Rules of RabbitMQ's streams that concern a stream and who reads it. */
import { quoted } from '../diagnostics.ts';
import { instancesAtMost } from '../kinds/autoscale.ts';
import { resolveEdge } from '../resolve.ts';
import { find, type Findings } from './findings.ts';
import { pathOfEdge, type DesignIndex } from './structure.ts';

export function judgeStreams(index: DesignIndex, findings: Findings): void {
  for (const edge of index.edges.values()) {
    const [queue, reader] = [index.nodes.get(edge.from), index.nodes.get(edge.to)];
    if (edge.kind !== 'amqpConsume' || queue?.kind !== 'queue' || queue.type !== 'stream') continue;
    const facts = { from: quoted(queue.name), to: quoted(reader?.name ?? edge.to) };
    const complete = resolveEdge(edge);
    if (complete.kind !== 'amqpConsume') continue;
    if (complete.ack === 'auto') find(findings, 'stream.ack', pathOfEdge(index, edge.id), facts);
    else if (complete.prefetch === 0 || complete.prefetchShared)
      find(findings, 'stream.prefetch', pathOfEdge(index, edge.id), facts);
    const count = reader?.kind === 'consumer' ? instancesAtMost(reader) : 1;
    if (count > 1) find(findings, 'stream.instances', pathOfEdge(index, edge.id), { ...facts, count });
  }
}
