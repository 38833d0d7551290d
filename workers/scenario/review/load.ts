/** Findings about load: more arrives than can be done, instances without work, keys that one partition has to carry. */
import { instancesAtMost } from '../kinds/autoscale.ts';
import type { DesignChange } from '../document.ts';
import type { EdgeOf, ResolvedDesign } from '../resolve.ts';
import { fixOf, type Finding } from './finding.ts';
import { isShared, meanMs, meanRate, type Subscription } from './flows.ts';
import { hottestShare } from './hot-key.ts';

/** Load at which a fix aims: above it queues grow long although they end. */
const COMFORTABLE_LOAD = 0.75;
/** A fix does not propose more partitions or instances than this. */
const FIX_MAX = 500;
/** A key is hot when it brings this many times a partition's fair share. */
const HOT_SHARES = 1.5;

/** Topics into which messages come back: there the rate has no end. */
export function endlessCircles(
  design: ResolvedDesign,
  rates: ReadonlyMap<string, number | undefined>,
): readonly Finding[] {
  return design.nodes.flatMap((node): Finding[] => {
    if (node.kind !== 'topic' || rates.get(node.id) !== undefined) return [];
    const sentence = `Messages come back to ${node.name} in a circle, so there are more and more of them.`;
    return [{ code: 'endlessCircle', in: 'nodes', id: node.id, sentence }];
  });
}

/** Messages a second of those instances that may have work at all. */
function capacityOf(subscription: Subscription): number {
  const { topic, consumers } = subscription;
  const rates = consumers.flatMap((consumer) => {
    const { concurrency, workMs } = consumer;
    const each = meanMs(workMs) > 0 ? (concurrency * 1000) / meanMs(workMs) : Infinity;
    return Array.from({ length: instancesAtMost(consumer) }, () => each);
  });
  const atWork = isShared(subscription) ? rates : rates.slice(0, topic.partitions);
  return atWork.reduce((sum, rate) => sum + rate, 0);
}

/** `rate` in messages a second; undefined where it has no end. */
export function overload(subscription: Subscription, rate: number | undefined): readonly Finding[] {
  const [consumer] = subscription.consumers;
  const capacity = capacityOf(subscription);
  if (consumer === undefined || rate === undefined || rate <= capacity) return [];
  const { topic, consumers } = subscription;
  const finding: Finding = {
    code: 'overload',
    in: 'nodes',
    id: consumer.id,
    sentence: `${consumer.name} manages at most ${shown(capacity)} messages a second and ${shown(rate)} arrive: the lag grows without end.`,
  };
  const needed = Math.ceil((rate * meanMs(consumer.workMs)) / (1000 * consumer.concurrency * COMFORTABLE_LOAD));
  if (consumers.length > 1 || needed > FIX_MAX) return [finding];
  const changes: DesignChange[] = [];
  if (needed > topic.partitions && !isShared(subscription))
    changes.push({ op: 'change', in: 'nodes', id: topic.id, set: { partitions: needed } });
  if (needed > consumer.instances)
    changes.push({ op: 'change', in: 'nodes', id: consumer.id, set: { instances: needed } });
  return [{ ...finding, fix: { label: `Let ${needed} share the work`, changes } }];
}

function shown(rate: number): string {
  return rate >= 10 ? Math.round(rate).toString() : (Math.round(rate * 10) / 10).toString();
}

export function idleInstances(subscription: Subscription): readonly Finding[] {
  const { topic, consumers } = subscription;
  if (isShared(subscription)) return [];
  const [consumer] = consumers;
  const instances = consumers.reduce((sum, member) => sum + member.instances, 0);
  const idle = instances - topic.partitions;
  if (consumer === undefined || idle <= 0) return [];
  const whole = idle === 1 ? 'one of them stands idle' : `${idle} of them stand idle`;
  const parts = topic.partitions === 1 ? 'one partition' : `${topic.partitions} partitions`;
  const finding: Finding = {
    code: 'idleInstances',
    in: 'nodes',
    id: consumer.id,
    sentence: `${consumer.name} has ${instances} instances for ${parts} of ${topic.name}: ${whole}.`,
  };
  if (consumers.length > 1) return [finding];
  return [{ ...finding, fix: fixOf(`Use ${topic.partitions}`, finding, { instances: topic.partitions }) }];
}

/** A key that alone brings more than a partition's fair share, half as much again. */
export function hotKey(design: ResolvedDesign, edge: EdgeOf<'publish'>): readonly Finding[] {
  const source = design.nodes.find(({ id }) => id === edge.from);
  const topic = design.nodes.find(({ id }) => id === edge.to);
  if (source?.kind !== 'producer' || topic?.kind !== 'topic') return [];
  if (
    edge.partitioner === 'roundRobin' ||
    edge.partition >= 0 ||
    topic.partitions === 1 ||
    meanRate(source.arrivals) === 0
  )
    return [];
  const share = hottestShare(source.key);
  if (share * topic.partitions < HOT_SHARES) return [];
  const percent = Math.round(share * 100);
  const sentence =
    source.key.type === 'fixed'
      ? `All messages of ${source.name} carry one key, so ${topic.partitions - 1} of ${topic.partitions} partitions of ${topic.name} stay empty.`
      : `The hottest key of ${source.name} brings about ${percent} % of its messages to one of ${topic.partitions} partitions of ${topic.name}.`;
  return [{ code: 'hotKey', in: 'nodes', id: source.id, sentence }];
}

/** Records that name a partition which the topic does not have. */
export function missingPartition(design: ResolvedDesign, edge: EdgeOf<'publish'>): readonly Finding[] {
  const topic = design.nodes.find(({ id }) => id === edge.to);
  if (topic?.kind !== 'topic' || edge.partition < topic.partitions) return [];
  const place = { in: 'edges', id: edge.id } as const;
  const sentence = `${topic.name} has no partition ${edge.partition}: every message for it is refused.`;
  const fix = fixOf('Leave it to the partitioner', place, { partition: -1 });
  return [{ code: 'missingPartition', ...place, sentence, fix }];
}
