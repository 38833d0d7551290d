/** Rules of queues of SQS and topics of SNS that concern more than one item. */
import { quoted } from '../diagnostics.ts';
import { find, type Findings } from './findings.ts';
import type { DesignIndex } from './structure.ts';

export function judgeManagedQueues(index: DesignIndex, findings: Findings): void {
  const isFifo = (id: string): boolean => {
    const node = index.nodes.get(id);
    return node?.kind === 'sqs' && node.fifo === true;
  };
  const redriven = new Set<string>();
  for (const edge of index.edges.values()) {
    const [from, to] = [edge.from, edge.to].map((id) => quoted(index.nodes.get(id)?.name ?? id));
    if (edge.kind === 'redrive') {
      if (redriven.has(edge.from)) find(findings, 'sqs.redrives', ['edges'], { from: from! });
      redriven.add(edge.from);
      if (isFifo(edge.from) !== isFifo(edge.to)) find(findings, 'sqs.redriveType', ['edges'], { from: from!, to: to! });
    }
    if (edge.kind === 'snsSubscribe' && isFifo(edge.to))
      find(findings, 'sns.fifo', ['edges'], { from: from!, to: to! });
    if (edge.kind === 'sqsSend' && edge.messageGroupId === 'none' && isFifo(edge.to))
      find(findings, 'sqs.group', ['edges'], { to: to! });
  }
}
