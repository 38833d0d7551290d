/** Packing clusters: the state of every broker, and of every replica on it. */
import { clusterFigures, type Run } from '../engine/engine.ts';
import type { BrokerState } from '../engine/brokers/log/cluster/cluster-state.ts';
import type { PartitionState } from '../engine/brokers/log/log-state.ts';
import { BROKER, BROKER_STATE, CLUSTER, REPLICA, REPLICA_STATE, type ClusterBlock } from '../protocol/frame-cluster.ts';
import { HEALTH } from '../protocol/frame.ts';

export function packCluster(run: Run, index: number, block: ClusterBlock, values: Float64Array): void {
  const { brokers, controller } = run.clusters[index]!;
  const figures = clusterFigures(run, index);
  const { at } = block;
  values[at + CLUSTER.health] = figures['brokersUp'] === 0 ? HEALTH.crashed : HEALTH.up;
  values[at + CLUSTER.brokersUp] = figures['brokersUp']!;
  values[at + CLUSTER.underReplicated] = figures['underReplicated']!;
  values[at + CLUSTER.offline] = figures['offline']!;
  values[at + CLUSTER.controller] = controller < 0 ? -1 : run.brokers[controller]!.number;
  for (let number = 0; number < block.brokers; number += 1) {
    const broker = run.brokers[brokers[number]!]!;
    values[block.brokersAt + number * BROKER.size + BROKER.state] = stateOf(broker);
    values[block.brokersAt + number * BROKER.size + BROKER.fenced] = broker.fenced ? 1 : 0;
  }
  for (const { topic, partitions, replicas, at: rows } of block.topics) {
    const logs = run.topics[run.places[topic]!.index]!.partitions;
    for (let partition = 0; partition < partitions; partition += 1) {
      const log = logs[partition]!;
      for (let place = 0; place < replicas; place += 1)
        packReplica(run, log, place, rows + (partition * replicas + place) * REPLICA.size, values);
      if (log.leader >= 0)
        values[block.brokersAt + run.brokers[log.leader]!.number * BROKER.size + BROKER.leaders]! += 1;
    }
  }
}

function stateOf({ process, isolated }: BrokerState): number {
  if (process.crashed) return BROKER_STATE.down;
  if (process.frozen) return BROKER_STATE.frozen;
  if (isolated) return BROKER_STATE.isolated;
  return process.slowFactor === 1 ? BROKER_STATE.up : BROKER_STATE.slow;
}

function packReplica(run: Run, log: PartitionState, place: number, at: number, values: Float64Array): void {
  const index = log.replicas[place];
  if (index === undefined || log.replication === null) {
    values[at + REPLICA.broker] = -1;
    return;
  }
  const { ends, marks, zombie } = log.replication;
  const leads = log.leader === index;
  const broker = run.brokers[index]!;
  values[at + REPLICA.broker] = broker.number;
  values[at + REPLICA.end] = leads ? log.end : ends[place]!;
  values[at + REPLICA.highWatermark] = leads ? log.highWatermark : marks[place]!;
  values[at + REPLICA.state] = broker.process.crashed
    ? REPLICA_STATE.offline
    : leads
      ? REPLICA_STATE.leader
      : zombie?.broker === index
        ? REPLICA_STATE.zombie
        : log.isr.includes(index)
          ? REPLICA_STATE.inSync
          : REPLICA_STATE.lagging;
}
