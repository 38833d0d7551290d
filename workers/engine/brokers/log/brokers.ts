/** Brokers of a topic: how many there are, and in what state those are that lead. */
import { newProcess } from '../../events.ts';
import type { Process, Run } from '../../state.ts';
import type { BrokerState } from './cluster-state.ts';
import type { PartitionState, TopicState } from './log-state.ts';

/** A cluster of `brokers` brokers that are up; its index. */
export function addCluster(run: Run, id: string, brokers: number): number {
  run.clusters.push({ id, brokers: [] });
  addBrokers(run, run.clusters.length - 1, brokers);
  return run.clusters.length - 1;
}

/** Lets a cluster grow to `count` brokers. */
export function addBrokers(run: Run, cluster: number, count: number): void {
  const { brokers } = run.clusters[cluster]!;
  while (brokers.length < count) {
    run.brokers.push({ cluster, number: brokers.length, process: newProcess() });
    brokers.push(run.brokers.length - 1);
  }
}

/** The process of the broker that leads a partition; null while none does. */
export function leaderProcess(run: Run, log: PartitionState): Process | null {
  return log.leader < 0 ? null : run.brokers[log.leader]!.process;
}

/** The brokers of the topic's cluster. */
export function brokersOf(run: Run, topic: TopicState): BrokerState[] {
  return run.clusters[topic.cluster]!.brokers.map((index) => run.brokers[index]!);
}

/** Replicas in sync of the partition that has fewest. */
export function leastInsync(topic: TopicState): number {
  return topic.partitions.reduce((least, log) => Math.min(least, log.isr.length), Infinity);
}
