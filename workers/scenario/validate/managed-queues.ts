/** Rules of queues of SQS and topics of SNS that concern more than one item. */
import { quoted } from '../diagnostics.ts';
import { listed } from '../values/listed.ts';
import { find, type Findings } from './findings.ts';
import { pathOfEdge, type DesignIndex } from './structure.ts';

export function judgeManagedQueues(index: DesignIndex, findings: Findings): void {
  const isFifo = (id: string): boolean => {
    const node = index.nodes.get(id);
    return (node?.kind === 'sqs' || node?.kind === 'sns') && node.fifo === true;
  };
  const redriven = new Set<string>();
  for (const edge of index.edges.values()) {
    const [from, to] = [edge.from, edge.to].map((id) => quoted(index.nodes.get(id)?.name ?? id));
    if (edge.kind === 'redrive') {
      if (redriven.has(edge.from)) find(findings, 'sqs.redrives', pathOfEdge(index, edge.id), { from: from! });
      redriven.add(edge.from);
      if (isFifo(edge.from) !== isFifo(edge.to))
        find(findings, 'sqs.redriveType', pathOfEdge(index, edge.id), { from: from!, to: to! });
    }
    if (edge.kind === 'redrive' && !isAllowed(index, edge.from, edge.to))
      find(findings, 'sqs.redriveAllow', pathOfEdge(index, edge.id), { from: from!, to: to! });
    if (edge.kind === 'snsSubscribe' && isFifo(edge.to) && !isFifo(edge.from))
      find(findings, 'sns.fifo', pathOfEdge(index, edge.id), { from: from!, to: to! });
    if (edge.kind === 'sqsSend' && edge.messageGroupId === 'none' && isFifo(edge.to))
      find(findings, 'sqs.group', pathOfEdge(index, edge.id), { to: to! });
    if (edge.kind === 'snsPublish' && edge.messageGroupId === 'none' && isFifo(edge.to))
      find(findings, 'sns.group', pathOfEdge(index, edge.id), { to: to! });
    if (edge.kind === 'sqsReceive' && edge.receiveRequestAttemptId === true && !isFifo(edge.from))
      find(findings, 'sqs.attempts', pathOfEdge(index, edge.id), { from: from! });
  }
}

/** Whether the dead-letter queue takes in what comes from the other one. */
function isAllowed(index: DesignIndex, fromId: string, toId: string): boolean {
  const [from, to] = [index.nodes.get(fromId), index.nodes.get(toId)];
  if (to?.kind !== 'sqs' || from === undefined) return true;
  const { redriveAllowPolicy = 'allowAll', redriveSources = '' } = to;
  if (redriveAllowPolicy !== 'byQueue') return redriveAllowPolicy === 'allowAll';
  const named = listed(redriveSources);
  return named.includes(from.id) || named.includes(from.name);
}
