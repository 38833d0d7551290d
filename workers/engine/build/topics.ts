/** Building topics and what hangs on their number of partitions. */
import type { NodeOf } from '../../scenario/resolve.ts';
import { routeClient } from '../clients/metadata.ts';
import { addCluster } from '../brokers/log/brokers.ts';
import type { TopicState } from '../brokers/log/log-state.ts';
import { scheduleCleaning } from '../brokers/log/cleaner.ts';
import { scheduleRetention } from '../brokers/log/retention.ts';
import { addPartitions, closeTopic, replicate } from '../brokers/log/topic.ts';
import type { Run } from '../state.ts';
import { place, rebalance } from './places.ts';
import { extendBuffers } from './sources.ts';
import { logSubscription } from '../brokers/log/subscription.ts';
import { logSource } from '../clients/log-source.ts';

export function addTopic(run: Run, node: NodeOf<'topic'>): void {
  const topic: TopicState = {
    id: node.id,
    gone: false,
    settings: node,
    cluster: addCluster(run, node.replicationFactor),
    assigned: [],
    partitions: [],
    subscriptions: [],
    keyPartition: new Int32Array(0),
    parked: [],
    retentionDueNs: Infinity,
    cleaningDueNs: Infinity,
    repartitionedNs: 0,
  };
  run.topics.push(topic);
  place(run, node.id, 'topic', run.topics.length - 1);
  addPartitions(run, run.topics.length - 1, node.partitions);
}

export function changeTopic(run: Run, index: number, node: NodeOf<'topic'>): void {
  const topic = run.topics[index]!;
  const before = topic.settings;
  topic.settings = node;
  if (before.replicationFactor !== node.replicationFactor) replicate(run, index, node.replicationFactor);
  // [KL3] A topic never loses partitions; a smaller number is kept out by validation.
  if (node.partitions > topic.partitions.length) {
    addPartitions(run, index, node.partitions);
    run.clients.forEach((client, clientIndex) => {
      if (logSource(run, client.source).topic !== index) return;
      extendBuffers(client, node.partitions);
      routeClient(run, clientIndex);
    });
    for (const subscription of topic.subscriptions) rebalance(run, logSubscription(run, subscription).group);
    run.layoutVersion += 1;
  }
  // What was set for the settings before is void.
  topic.retentionDueNs = Infinity;
  topic.cleaningDueNs = Infinity;
  scheduleRetention(run, index);
  scheduleCleaning(run, index);
}

export function removeTopic(run: Run, index: number): void {
  closeTopic(run, index);
}
