/** Building clusters, and putting topics on them. */
import { replicaAssignmentOf } from '../../scenario/values/replica-assignment.ts';
import type { EdgeOf, NodeOf } from '../../scenario/resolve.ts';
import { addBrokers, addCluster } from '../brokers/log/brokers.ts';
import { scheduleRounds, seatController } from '../brokers/log/cluster/controller.ts';
import { moveTopic } from '../brokers/log/topic.ts';
import type { Run } from '../state.ts';
import { addEdgeState, place } from './places.ts';

export function addClusterNode(run: Run, node: NodeOf<'cluster'>): void {
  const index = addCluster(run, node.brokers, node);
  seatController(run, run.clusters[index]!);
  scheduleRounds(run, index);
  place(run, node.id, 'cluster', index);
}

export function changeClusterNode(run: Run, index: number, node: NodeOf<'cluster'>): void {
  const cluster = run.clusters[index]!;
  const before = cluster.settings!;
  cluster.settings = node;
  // [KC1] Brokers are not taken away; a smaller number is for the next run.
  addBrokers(run, index, node.brokers);
  if (before.combinedController !== node.combinedController) seatController(run, cluster);
  if (
    before.replicaLagTimeMaxMs !== node.replicaLagTimeMaxMs ||
    before.autoLeaderRebalanceEnable !== node.autoLeaderRebalanceEnable ||
    before.leaderImbalanceCheckIntervalMs !== node.leaderImbalanceCheckIntervalMs
  )
    scheduleRounds(run, index);
}

export function removeClusterNode(run: Run, index: number): void {
  run.clusters[index]!.gone = true;
}

export function addHost(run: Run, edge: EdgeOf<'host'>): void {
  const topic = run.places[edge.to]!.index;
  addEdgeState(run, edge, topic);
  run.topics[topic]!.assigned = replicaAssignmentOf(edge.replicaAssignment) ?? [];
  moveTopic(run, topic, run.places[edge.from]!.index);
}

/** [KL30] Another assignment is for partitions to come. */
export function changeHost(run: Run, topicIndex: number, edge: EdgeOf<'host'>): void {
  run.topics[topicIndex]!.assigned = replicaAssignmentOf(edge.replicaAssignment) ?? [];
}

/** The topic has brokers to itself again. */
export function removeHost(run: Run, topicIndex: number): void {
  const topic = run.topics[topicIndex]!;
  const edge = run.edges.find((other) => other.kind === 'host' && other.detail === topicIndex && !other.gone)!;
  edge.gone = true;
  if (!topic.gone) moveTopic(run, topicIndex, addCluster(run, topic.settings.replicationFactor));
}
