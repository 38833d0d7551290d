/**
 * The review: what a colleague would say about a design before it runs. Nothing here is wrong, so nothing is refused; each
 * finding explains itself, points at a node or a connection, and where it can offers the way out as one edit.
 */
import type { Design } from '../document.ts';
import { resolveDesign, type EdgeOf } from '../resolve.ts';
import { deafClient, unconnected, unread } from './drawing.ts';
import { failures } from './failures.ts';
import type { Finding } from './finding.ts';
import { subscriptionsIn, topicRates } from './flows.ts';
import { endlessCircles, hotKey, idleInstances, missingPartition, overload } from './load.ts';
import { acknowledgements, commits, nervousGroup, parallelDisorder, unreachableQuorum } from './promises.ts';
import { queueFindings } from './queues.ts';

/**
 * Findings in the order of the rules, then of the document.
 *
 * @throws valibot's `ValiError` for a design that `validate` would have refused
 */
export function reviewDesign(design: Design): readonly Finding[] {
  const resolved = resolveDesign(design);
  const rates = topicRates(resolved);
  const subscriptions = subscriptionsIn(resolved);
  const publishes = resolved.edges.filter((edge): edge is EdgeOf<'publish'> => edge.kind === 'publish');
  const subscribes = resolved.edges.filter((edge): edge is EdgeOf<'subscribe'> => edge.kind === 'subscribe');
  return [
    ...resolved.nodes.flatMap((node) => (node.kind === 'topic' ? unreachableQuorum(node) : [])),
    ...endlessCircles(resolved, rates),
    ...subscriptions.flatMap((subscription) => overload(subscription, rates.get(subscription.topic.id))),
    ...subscriptions.flatMap(idleInstances),
    ...publishes.flatMap((edge) => hotKey(resolved, edge)),
    ...publishes.flatMap((edge) => missingPartition(resolved, edge)),
    ...subscriptions.flatMap((subscription) => commits(subscription, design)),
    ...subscriptions.flatMap(failures),
    ...publishes.flatMap(acknowledgements),
    ...queueFindings(resolved),
    ...resolved.nodes.flatMap((node) => (node.kind === 'consumer' ? parallelDisorder(node) : [])),
    ...subscribes.flatMap((edge) => nervousGroup(resolved, edge)),
    ...unread(resolved),
    ...deafClient(resolved),
    ...unconnected(resolved),
  ];
}
