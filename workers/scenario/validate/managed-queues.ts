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
  judgeReaders(index, findings);
}

/** Edges over which a consumer reads, and what it reads from there. */
const READS_FROM: Readonly<Partial<Record<string, string>>> = { subscribe: 'a log', sqsReceive: 'SQS' };

/** What a consumer does between two messages depends on what it reads from: that is of one kind. */
function judgeReaders(index: DesignIndex, findings: Findings): void {
  const families = new Map<string, Set<string>>();
  for (const { kind, to } of index.edges.values()) {
    const family = READS_FROM[kind];
    if (family !== undefined) families.set(to, (families.get(to) ?? new Set()).add(family));
  }
  for (const [id, read] of families) {
    if (read.size < 2) continue;
    find(findings, 'consumer.families', ['edges'], {
      consumer: quoted(index.nodes.get(id)?.name ?? id),
      families: [...read].join(' and '),
    });
  }
}
