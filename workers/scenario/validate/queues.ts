/** Rules of RabbitMQ's queues and of its broker that concern more than one item. */
import { quoted } from '../diagnostics.ts';
import type { ScenarioEdge } from '../document.ts';
import { instancesAtMost } from '../kinds/autoscale.ts';
import { find, type Findings } from './findings.ts';
import type { DesignIndex } from './structure.ts';

export function judgeQueues(index: DesignIndex, findings: Findings): void {
  const nodes = [...index.nodes.values()];
  const [first, ...others] = nodes.filter(({ kind }) => kind === 'rabbitmq');
  for (const { name } of others)
    find(findings, 'rabbitmq.twice', ['nodes'], { first: quoted(first!.name), other: quoted(name) });
  const edges = [...index.edges.values()];
  for (const node of nodes) {
    if (node.kind !== 'queue') continue;
    const dead = edges.filter(({ kind, from }) => kind === 'deadLetter' && from === node.id);
    if (dead.length > 1) find(findings, 'deadLetter.twice', ['edges'], { from: quoted(node.name) });
    const why = refusalOf(
      index,
      edges.filter(({ from }) => from === node.id),
      node.singleActiveConsumer === true,
    );
    if (why !== '') find(findings, 'consume.exclusive', ['edges'], { queue: quoted(node.name), why });
  }
}

/** Why not everybody who is drawn may consume from a queue; empty if all may. */
function refusalOf(index: DesignIndex, edges: readonly ScenarioEdge[], single: boolean): string {
  const consumes = edges.filter((edge) => edge.kind === 'amqpConsume');
  if (!consumes.some(({ exclusive }) => exclusive === true)) return '';
  if (single) return 'a queue with a single active consumer has no exclusive ones';
  const readers = consumes.reduce((sum, { to }) => {
    const reader = index.nodes.get(to);
    return sum + (reader?.kind === 'consumer' ? instancesAtMost(reader) : 1);
  }, 0);
  return readers > 1 ? `of ${readers} that are drawn one wants it for itself` : '';
}
