/** Findings about what is promised: settings that lose, double or reorder once something goes wrong. */
import type { Design } from '../document.ts';
import type { EdgeOf, NodeOf, ResolvedDesign } from '../resolve.ts';
import { fixOf, type Finding } from './finding.ts';
import type { Subscription } from './flows.ts';

/** Records a poll that a crash may double without anybody minding. */
const FEW_RECORDS = 10;

/** What a crash does between the effect and the commit: a loss wherever it could come, a double where one is to be expected. */
export function commits({ consumers, edges }: Subscription, { faults }: Pick<Design, 'faults'>): readonly Finding[] {
  return consumers.flatMap((consumer, place): Finding[] => {
    const edge = edges[place];
    if (edge === undefined || edge.groupProtocol === 'share') return [];
    if (edge.commit === 'before') return [lossByCommit(consumer, edge)];
    const crashes =
      consumer.crash.mtbfMs > 0 || faults.some((fault) => fault.do === 'crash' && fault.target === consumer.id);
    return crashes ? [duplicatesByRedelivery(consumer, edge)] : [];
  });
}

function lossByCommit(consumer: NodeOf<'consumer'>, edge: EdgeOf<'subscribe'>): Finding {
  const where = { in: 'edges', id: edge.id } as const;
  return {
    code: 'lossByCommit',
    ...where,
    sentence: `${consumer.name} commits before it works: when it crashes, what it has committed and not yet done is lost.`,
    fix: fixOf('Commit after the work', where, { commit: 'after' }),
  };
}

function duplicatesByRedelivery(consumer: NodeOf<'consumer'>, edge: EdgeOf<'subscribe'>): Finding {
  const where = { in: 'edges', id: edge.id } as const;
  const most = edge.maxPollRecords;
  if (edge.commit === 'transaction')
    return {
      code: 'duplicatesByRedelivery',
      ...where,
      sentence: `When ${consumer.name} crashes, the work since its last commit is done again. What it publishes in the transaction counts once for readers of what is committed; what it does outside of Kafka does not.`,
    };
  const bound = edge.commit === 'after' ? `: up to ${most} ${most === 1 ? 'message' : 'messages'}` : '';
  const finding: Finding = {
    code: 'duplicatesByRedelivery',
    ...where,
    sentence: `When ${consumer.name} crashes, what it did since its last commit is done again${bound}.`,
  };
  if (edge.commit === 'auto' || edge.commit === 'manual')
    return { ...finding, fix: fixOf('Commit after the work', where, { commit: 'after' }) };
  if (edge.commit !== 'after' || most <= FEW_RECORDS) return finding;
  return { ...finding, fix: fixOf(`Poll ${FEW_RECORDS} at a time`, where, { maxPollRecords: FEW_RECORDS }) };
}

export function acknowledgements(edge: EdgeOf<'publish'>): readonly Finding[] {
  const where = { in: 'edges', id: edge.id } as const;
  if (edge.acks === '0') {
    const sentence =
      'Nobody acknowledges: the source never learns what the network or the broker loses, and cannot try again.';
    const changes = [{ op: 'change', ...where, unset: ['acks'] }] as const;
    return [{ code: 'lossByAcks', ...where, sentence, fix: { label: 'Wait for all replicas', changes } }];
  }
  if (edge.enableIdempotence || edge.retries === 0) return [];
  const sentence =
    'A lost acknowledgement makes the producer send again what the log already has: without idempotence it is there twice.';
  const changes = [{ op: 'change', ...where, unset: ['enableIdempotence', 'acks', 'maxInFlight'] }] as const;
  return [{ code: 'duplicatesByRetry', ...where, sentence, fix: { label: 'Turn idempotence on', changes } }];
}

export function parallelDisorder(consumer: NodeOf<'consumer'>): readonly Finding[] {
  if (consumer.concurrency === 1) return [];
  const where = { in: 'nodes', id: consumer.id } as const;
  const sentence = `${consumer.name} works on ${consumer.concurrency} messages at once: messages of one key may overtake each other.`;
  return [{ code: 'parallelDisorder', ...where, sentence, fix: fixOf('One at a time', where, { concurrency: 1 }) }];
}

export function unreachableQuorum(topic: NodeOf<'topic'>): readonly Finding[] {
  const { minInsyncReplicas, replicationFactor } = topic;
  if (minInsyncReplicas <= replicationFactor) return [];
  const where = { in: 'nodes', id: topic.id } as const;
  const sentence = `${topic.name} wants ${minInsyncReplicas} replicas in sync and has ${replicationFactor}: every write with acks=all is refused.`;
  const fix = fixOf(`Use ${replicationFactor}`, where, { minInsyncReplicas: replicationFactor });
  return [{ code: 'unreachableQuorum', ...where, sentence, fix }];
}

/** Fewer than three heartbeats in a session: one that is late throws the member out. */
export function nervousGroup(design: ResolvedDesign, edge: EdgeOf<'subscribe'>): readonly Finding[] {
  if (edge.groupProtocol === 'share' || edge.heartbeatIntervalMs * 3 <= edge.sessionTimeoutMs) return [];
  const where = { in: 'edges', id: edge.id } as const;
  const name = design.nodes.find(({ id }) => id === edge.to)?.name ?? edge.to;
  const third = Math.max(1, Math.floor(edge.sessionTimeoutMs / 3));
  const sentence = `${name} sends fewer than three heartbeats a session timeout: one that is late throws a member out.`;
  const fix = fixOf('A third of the timeout', where, { heartbeatIntervalMs: third });
  return [{ code: 'nervousGroup', ...where, sentence, fix }];
}
