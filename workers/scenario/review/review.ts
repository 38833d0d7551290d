/**
 * The review: what a colleague would say about a design before it runs. Nothing here is wrong, so nothing is refused; each
 * finding explains itself, points at a node, and where it can offers the way out as one edit.
 */
import type { Design, DesignChange } from '../document.ts';
import { resolveDesign, type EdgeOf, type NodeOf, type ResolvedDesign } from '../resolve.ts';
import { hottestShare } from './hot-key.ts';
import { meanMs, meanRate, subscriptionsIn, topicRates, type Subscription } from './flows.ts';

/** Stable codes, one a rule. */
export type FindingCode =
  | 'idleInstances'
  | 'overload'
  | 'hotKey'
  | 'missingPartition'
  | 'duplicatesByRedelivery'
  | 'duplicatesByRetry'
  | 'lossByCommit'
  | 'lossByAcks'
  | 'endlessCircle'
  | 'unread';

export interface Finding {
  readonly code: FindingCode;
  /** Id of the node it concerns; for a connection the node whose setting it is. */
  readonly node: string;
  /** What will happen, in one or two sentences. */
  readonly sentence: string;
  /** One edit that settles it. */
  readonly fix?: readonly DesignChange[];
}

/** Load at which a fix aims: above it queues grow long although they end. */
const COMFORTABLE_LOAD = 0.75;

/**
 * Findings in the order of the rules, then of the document.
 *
 * @throws valibot's `ValiError` for a design that `validate` would have refused
 */
export function reviewDesign(design: Design): readonly Finding[] {
  const resolved = resolveDesign(design);
  const rates = topicRates(resolved);
  const subscriptions = subscriptionsIn(resolved);
  return [
    ...circles(resolved, rates),
    ...subscriptions.flatMap((subscription) => overload(subscription, rates.get(subscription.topic.id))),
    ...subscriptions.flatMap(idleInstances),
    ...resolved.edges.flatMap((edge) => (edge.kind === 'publish' ? hotKey(resolved, edge) : [])),
    ...resolved.edges.flatMap((edge) => (edge.kind === 'publish' ? missingPartition(resolved, edge) : [])),
    ...subscriptions.flatMap((subscription) => commits(subscription, design)),
    ...resolved.edges.flatMap((edge) => (edge.kind === 'publish' ? retries(edge) : [])),
    ...unread(resolved),
  ];
}

function circles(design: ResolvedDesign, rates: ReadonlyMap<string, number | undefined>): readonly Finding[] {
  return design.nodes.flatMap((node): Finding[] => {
    if (node.kind !== 'topic' || rates.get(node.id) !== undefined) return [];
    const sentence = `Messages come back to ${node.name} in a circle, so there are more and more of them.`;
    return [{ code: 'endlessCircle', node: node.id, sentence }];
  });
}

/** Instances that may have work at all, and what they manage per second. */
function capacityOf({ topic, consumers }: Subscription): number {
  const rates = consumers.flatMap(({ instances, concurrency, workMs }) => {
    const each = meanMs(workMs) > 0 ? (concurrency * 1000) / meanMs(workMs) : Infinity;
    return Array.from({ length: instances }, () => each);
  });
  return rates.slice(0, topic.partitions).reduce((sum, rate) => sum + rate, 0);
}

function overload(subscription: Subscription, rate: number | undefined): readonly Finding[] {
  const [consumer] = subscription.consumers;
  const capacity = capacityOf(subscription);
  if (consumer === undefined || rate === undefined || rate <= capacity) return [];
  const { topic, consumers } = subscription;
  const sentence = `${consumer.name} manages at most ${shown(capacity)} messages a second and ${shown(rate)} arrive: the lag grows without end.`;
  const needed = Math.ceil((rate * meanMs(consumer.workMs)) / (1000 * consumer.concurrency * COMFORTABLE_LOAD));
  if (consumers.length > 1 || needed > 500) return [{ code: 'overload', node: consumer.id, sentence }];
  const fix: DesignChange[] = [];
  if (needed > topic.partitions) fix.push({ op: 'change', in: 'nodes', id: topic.id, set: { partitions: needed } });
  if (needed > consumer.instances) fix.push({ op: 'change', in: 'nodes', id: consumer.id, set: { instances: needed } });
  return [{ code: 'overload', node: consumer.id, sentence, fix }];
}

function shown(rate: number): string {
  return rate >= 10 ? Math.round(rate).toString() : (Math.round(rate * 10) / 10).toString();
}

function idleInstances({ topic, consumers }: Subscription): readonly Finding[] {
  const [consumer] = consumers;
  const instances = consumers.reduce((sum, member) => sum + member.instances, 0);
  const idle = instances - topic.partitions;
  if (consumer === undefined || idle <= 0) return [];
  const whole = idle === 1 ? 'one of them stands idle' : `${idle} of them stand idle`;
  const parts = topic.partitions === 1 ? 'one partition' : `${topic.partitions} partitions`;
  const sentence = `${consumer.name} has ${instances} instances for ${parts} of ${topic.name}: ${whole}.`;
  if (consumers.length > 1) return [{ code: 'idleInstances', node: consumer.id, sentence }];
  const fix: DesignChange[] = [{ op: 'change', in: 'nodes', id: consumer.id, set: { instances: topic.partitions } }];
  return [{ code: 'idleInstances', node: consumer.id, sentence, fix }];
}

/** A key that alone brings more than a partition's fair share, half as much again. */
function hotKey(design: ResolvedDesign, edge: EdgeOf<'publish'>): readonly Finding[] {
  const source = design.nodes.find(({ id }) => id === edge.from);
  const topic = design.nodes.find(({ id }) => id === edge.to);
  if (source?.kind !== 'producer' || topic?.kind !== 'topic') return [];
  if (edge.partitioner === 'roundRobin' || edge.partition >= 0 || topic.partitions === 1 || meanRate(source.arrivals) === 0) return [];
  const share = hottestShare(source.key);
  if (share * topic.partitions < 1.5) return [];
  const percent = Math.round(share * 100);
  const sentence =
    source.key.type === 'fixed'
      ? `All messages of ${source.name} carry one key, so ${topic.partitions - 1} of ${topic.partitions} partitions of ${topic.name} stay empty.`
      : `The hottest key of ${source.name} brings about ${percent} % of its messages to one of ${topic.partitions} partitions of ${topic.name}.`;
  return [{ code: 'hotKey', node: source.id, sentence }];
}

/** Records that name a partition which the topic does not have. */
function missingPartition(design: ResolvedDesign, edge: EdgeOf<'publish'>): readonly Finding[] {
  const topic = design.nodes.find(({ id }) => id === edge.to);
  if (topic?.kind !== 'topic' || edge.partition < topic.partitions) return [];
  const sentence = `${topic.name} has no partition ${edge.partition}: every message for it is refused.`;
  const fix: DesignChange[] = [{ op: 'change', in: 'edges', id: edge.id, unset: ['partition'] }];
  return [{ code: 'missingPartition', node: edge.from, sentence, fix }];
}

/** What a crash does between the effect and the commit, where crashes are to be expected. */
function commits({ consumers, edges }: Subscription, design: Design): readonly Finding[] {
  return consumers.flatMap((consumer, place): Finding[] => {
    const edge = edges[place];
    const crashes =
      consumer.crash.mtbfMs > 0 || design.faults.some((fault) => fault.do === 'crash' && fault.target === consumer.id);
    if (edge === undefined || !crashes) return [];
    if (edge.commit === 'before') return [lossByCommit(consumer, edge)];
    const most = edge.maxPollRecords;
    const sentence = `When ${consumer.name} crashes, what it did since its last commit is done again${edge.commit === 'after' ? `: up to ${most} ${most === 1 ? 'message' : 'messages'}` : ''}.`;
    const finding: Finding = { code: 'duplicatesByRedelivery', node: consumer.id, sentence };
    if (edge.commit !== 'after')
      return [{ ...finding, fix: [{ op: 'change', in: 'edges', id: edge.id, set: { commit: 'after' } }] }];
    if (most <= 10) return [finding];
    return [{ ...finding, fix: [{ op: 'change', in: 'edges', id: edge.id, set: { maxPollRecords: 10 } }] }];
  });
}

function lossByCommit(consumer: NodeOf<'consumer'>, edge: EdgeOf<'subscribe'>): Finding {
  return {
    code: 'lossByCommit',
    node: consumer.id,
    sentence: `When ${consumer.name} crashes, what it has committed and not yet done is lost.`,
    fix: [{ op: 'change', in: 'edges', id: edge.id, set: { commit: 'after' } }],
  };
}

function retries(edge: EdgeOf<'publish'>): readonly Finding[] {
  if (edge.acks === '0') {
    const sentence = 'Without acknowledgements the source never learns of a loss, and cannot try again.';
    return [
      {
        code: 'lossByAcks',
        node: edge.from,
        sentence,
        fix: [{ op: 'change', in: 'edges', id: edge.id, unset: ['acks'] }],
      },
    ];
  }
  if (edge.enableIdempotence || edge.retries === 0) return [];
  const sentence =
    'A lost acknowledgement makes the producer send again what the log already has: without idempotence it is there twice.';
  const unset = ['enableIdempotence', 'acks', 'maxInFlight'];
  return [
    { code: 'duplicatesByRetry', node: edge.from, sentence, fix: [{ op: 'change', in: 'edges', id: edge.id, unset }] },
  ];
}

function unread(design: ResolvedDesign): readonly Finding[] {
  return design.nodes.flatMap((node): Finding[] => {
    if (node.kind !== 'topic') return [];
    const written = design.edges.some((edge) => edge.to === node.id);
    const read = design.edges.some((edge) => edge.from === node.id);
    return written && !read ? [{ code: 'unread', node: node.id, sentence: `Nobody reads ${node.name}.` }] : [];
  });
}
