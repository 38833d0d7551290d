/** Findings about queues of RabbitMQ and SQS, and about tables: what is lost, comes for ever, or is done by several. */
import type { EdgeOf, NodeOf, ResolvedDesign } from '../resolve.ts';
import type { Distribution } from '../values/distribution.ts';
import { fixOf, type Finding, type FindingCode } from './finding.ts';

type Source = NodeOf<'queue'> | NodeOf<'sqs'> | NodeOf<'store'>;
type Reading = EdgeOf<'amqpConsume'> | EdgeOf<'sqsReceive'> | EdgeOf<'poll'>;

/** A consumer, what it reads, and over which edge. */
interface Reader {
  readonly consumer: NodeOf<'consumer'>;
  readonly source: Source;
  readonly edge: Reading;
}

export function queueFindings(design: ResolvedDesign): readonly Finding[] {
  const readers = readersIn(design);
  return [
    ...readers.flatMap(lossBeforeWork),
    ...readers.flatMap((reader) => [...poisonForEver(design, reader), ...lossByRejection(design, reader)]),
    ...design.edges.flatMap((edge) => idleDeadLetters(design, readers, edge)),
    ...readers.flatMap(shortVisibility),
    ...readers.flatMap((reader) => sharedRows(readers, reader)),
    ...design.edges.flatMap((edge) => unconfirmed(design, edge)),
    ...unbound(design),
  ];
}

function readersIn(design: ResolvedDesign): readonly Reader[] {
  const nodes = new Map(design.nodes.map((node) => [node.id, node]));
  return design.edges.flatMap((edge): readonly Reader[] => {
    if (edge.kind !== 'amqpConsume' && edge.kind !== 'sqsReceive' && edge.kind !== 'poll') return [];
    const [source, consumer] = [nodes.get(edge.from), nodes.get(edge.to)];
    if (source?.kind !== 'queue' && source?.kind !== 'sqs' && source?.kind !== 'store') return [];
    return consumer?.kind === 'consumer' ? [{ consumer, source, edge }] : [];
  });
}

function onEdge(code: FindingCode, edge: { readonly id: string }, sentence: string): Finding {
  return { code, in: 'edges', id: edge.id, sentence };
}

/** The broker forgets a message, or the table a row, before the work is done. */
function lossBeforeWork({ consumer, edge }: Reader): readonly Finding[] {
  const where = { in: 'edges', id: edge.id } as const;
  const said = (what: string, fix: Finding['fix']): readonly Finding[] => {
    const sentence = `${what} before ${consumer.name} has done the work: what it holds when it crashes is lost.`;
    return [{ ...onEdge('lossByCommit', edge, sentence), ...(fix !== undefined && { fix }) }];
  };
  if (edge.kind === 'amqpConsume' && edge.ack !== 'after')
    return said('Messages are acknowledged', fixOf('Acknowledge after the work', where, { ack: 'after' }));
  if (edge.kind === 'sqsReceive' && edge.deleteWhen === 'before')
    return said('Messages are deleted', fixOf('Delete after the work', where, { deleteWhen: 'after' }));
  if (edge.kind === 'poll' && edge.claim === 'delete')
    return said('Rows are deleted', fixOf('Hold a transaction', where, { claim: 'transaction' }));
  return [];
}

/** What can never be handled comes back again and again, and nothing takes it out. */
function poisonForEver(design: ResolvedDesign, { consumer, source, edge }: Reader): readonly Finding[] {
  if (consumer.poisonRate === 0) return [];
  if (edge.kind === 'sqsReceive') {
    if (edge.deleteWhen === 'before') return [];
    if (design.edges.some((other) => other.kind === 'redrive' && other.from === source.id)) return [];
    const sentence = `What ${consumer.name} cannot handle becomes visible again until ${source.name} gives it up with age: it has no dead-letter queue.`;
    return [onEdge('poisonForEver', edge, sentence)];
  }
  if (edge.kind !== 'amqpConsume' || edge.ack !== 'after' || edge.onFailure !== 'requeue') return [];
  if (source.kind === 'queue' && source.type === 'quorum' && source.deliveryLimit >= 0) return [];
  const sentence = `What ${consumer.name} cannot handle goes back to the head of ${source.name} and comes again, for ever.`;
  const fix = fixOf('Reject what fails', { in: 'edges', id: edge.id }, { onFailure: 'reject' });
  return [{ ...onEdge('poisonForEver', edge, sentence), fix }];
}

/** Rejected, and nobody wants the dead letter. */
function lossByRejection(design: ResolvedDesign, { consumer, source, edge }: Reader): readonly Finding[] {
  if (edge.kind !== 'amqpConsume' || edge.ack !== 'after' || edge.onFailure !== 'reject') return [];
  if (consumer.failureRate === 0 && consumer.poisonRate === 0) return [];
  if (design.edges.some((other) => other.kind === 'deadLetter' && other.from === source.id)) return [];
  const sentence = `What ${consumer.name} rejects is dropped: ${source.name} has nowhere to send dead letters. Draw an edge from it to another queue.`;
  return [onEdge('lossByRejection', edge, sentence)];
}

/** Nothing at the queue becomes a dead letter: whoever reads it puts everything back, and nothing expires or overflows. */
function idleDeadLetters(
  { edges, nodes }: ResolvedDesign,
  readers: readonly Reader[],
  edge: ResolvedDesign['edges'][number],
): readonly Finding[] {
  const queue = nodes.find(({ id }) => id === edge.from);
  if (edge.kind !== 'deadLetter' || queue?.kind !== 'queue' || queue.type === 'stream') return [];
  const limited = queue.maxLength >= 0 || queue.maxLengthBytes >= 0;
  const overflows = limited && queue.overflow !== 'reject-publish';
  const counts = queue.type === 'quorum' && queue.deliveryLimit >= 0;
  const expires =
    queue.messageTtlMs >= 0 || edges.some((each) => each.kind === 'amqpPublish' && each.expirationMs >= 0);
  if (overflows || counts || expires) return [];
  const own = readers.filter(({ source, edge: read }) => source.id === queue.id && read.kind === 'amqpConsume');
  const rejects = own.some(
    ({ edge: read }) => read.kind === 'amqpConsume' && read.ack === 'after' && read.onFailure === 'reject',
  );
  // Of what can never be handled more is said, with the same mend.
  if (rejects || own.some((reader) => poisonForEver({ edges, nodes }, reader).length > 0)) return [];
  const sentence = `No message of ${queue.name} becomes a dead letter: nobody rejects any, none expires, and the queue has no limit.`;
  const [reader] = own;
  const fix =
    reader === undefined
      ? undefined
      : fixOf('Reject what fails', { in: 'edges', id: reader.edge.id }, { ack: 'after', onFailure: 'reject' });
  return [{ ...onEdge('idleDeadLetters', edge, sentence), ...(fix !== undefined && { fix }) }];
}

/** The last message of a receive is worked on after all the others, and hidden for no longer than they. */
function shortVisibility({ consumer, source, edge }: Reader): readonly Finding[] {
  if (edge.kind !== 'sqsReceive' || source.kind !== 'sqs' || edge.extendEveryMs > 0) return [];
  const hiddenMs = edge.visibilityTimeoutMs < 0 ? source.visibilityTimeoutMs : edge.visibilityTimeoutMs;
  if (longestMs(consumer.workMs) <= hiddenMs) return [];
  const sentence = `Work of ${consumer.name} may take longer than a message stays hidden: it is received again while somebody is at it.`;
  const fix = fixOf(
    'Extend while working',
    { in: 'edges', id: edge.id },
    {
      extendEveryMs: Math.max(1, Math.floor(hiddenMs / 2)),
    },
  );
  return [{ ...onEdge('shortVisibility', edge, sentence), fix }];
}

/** The longest that there is; of a duration without an end three times its mean. */
function longestMs(distribution: Distribution): number {
  switch (distribution.type) {
    case 'constant':
      return distribution.mean;
    case 'uniform':
      return distribution.max;
    case 'empirical':
      return Math.max(...distribution.values);
    default:
      return 3 * distribution.mean;
  }
}

/** Without locks all instances find the same rows. */
function sharedRows(readers: readonly Reader[], { source, edge }: Reader): readonly Finding[] {
  if (edge.kind !== 'poll' || edge.locking !== 'none') return [];
  const instances = readers
    .filter((reader) => reader.source.id === source.id)
    .reduce((sum, { consumer }) => sum + consumer.instances, 0);
  if (instances < 2) return [];
  const sentence = `Without locks the instances that poll ${source.name} find the same rows, and do the same work.`;
  const fix = fixOf('Skip locked rows', { in: 'edges', id: edge.id }, { locking: 'skipLocked' });
  return [{ ...onEdge('sharedRows', edge, sentence), fix }];
}

/** Who asks and waits for an answer needs no confirm, and who answers is asked again. */
function unconfirmed({ nodes, edges }: ResolvedDesign, edge: ResolvedDesign['edges'][number]): readonly Finding[] {
  if (edge.kind !== 'amqpPublish' || edge.confirms) return [];
  const clients = new Set(nodes.filter(({ kind }) => kind === 'client').map(({ id }) => id));
  if (clients.has(edge.from) || edges.some(({ from, to }) => from === edge.to && clients.has(to))) return [];
  const sentence =
    'Nothing is confirmed: the source never learns what the network or the broker loses, and cannot try again.';
  const fix = fixOf('Ask for confirms', { in: 'edges', id: edge.id }, { confirms: true });
  return [{ ...onEdge('lossByAcks', edge, sentence), fix }];
}

function unbound(design: ResolvedDesign): readonly Finding[] {
  return design.nodes.flatMap((node): readonly Finding[] => {
    if (node.kind !== 'exchange') return [];
    const fed = design.edges.some((edge) => edge.to === node.id);
    const bound = design.edges.some((edge) => edge.from === node.id);
    if (!fed || bound) return [];
    const sentence = `Nothing is bound to ${node.name}: what is published to it is dropped, or returned if it is mandatory.`;
    return [{ code: 'unbound', in: 'nodes', id: node.id, sentence }];
  });
}
