/** Brokers of a topic: how many there are, and in what state those are that lead. */
import type { NodeOf } from '../../../scenario/resolve.ts';
import { newProcess } from '../../events.ts';
import type { Process, Run } from '../../state.ts';
import type { BrokerState } from './cluster/cluster-state.ts';
import type { PartitionState, TopicState } from './log-state.ts';

/** A cluster of `brokers` brokers that are up; its index. Without settings it is for one topic alone. */
export function addCluster(run: Run, brokers: number, settings: NodeOf<'cluster'> | null = null): number {
  run.clusters.push({
    id: settings?.id ?? '',
    gone: false,
    settings,
    brokers: [],
    fetchers: [],
    controller: -1,
    controllerBackNs: 0,
    ticket: 0,
  });
  addBrokers(run, run.clusters.length - 1, brokers);
  return run.clusters.length - 1;
}

/** Lets a cluster grow to `count` brokers. */
export function addBrokers(run: Run, cluster: number, count: number): void {
  const { brokers } = run.clusters[cluster]!;
  while (brokers.length < count) {
    run.brokers.push({
      cluster,
      number: brokers.length,
      process: newProcess(),
      isolated: false,
      fenced: false,
      heardIncarnation: 0,
      heartbeatsFromNs: run.nowNs,
      sessionTicket: 0,
    });
    brokers.push(run.brokers.length - 1);
  }
}

/** The process of the broker that leads a partition; null while none does. */
export function leaderProcess(run: Run, log: PartitionState): Process | null {
  return log.leader < 0 ? null : run.brokers[log.leader]!.process;
}

/** Whether a partition can be read now: it has a leader, which is not frozen if there are others beside it. */
export function isServed(run: Run, log: PartitionState): boolean {
  if (log.leader < 0) return false;
  return log.replication === null || !run.brokers[log.leader]!.process.frozen;
}

/** The brokers of the topic's cluster. */
export function brokersOf(run: Run, topic: TopicState): BrokerState[] {
  return run.clusters[topic.cluster]!.brokers.map((index) => run.brokers[index]!);
}

/** Whether the topic is on a drawn cluster. */
export function isPlaced(run: Run, topic: TopicState): boolean {
  return run.clusters[topic.cluster]!.settings !== null;
}

/** Replicas in sync of the partition that has fewest. */
export function leastInsync(topic: TopicState): number {
  let least = Infinity;
  for (const { isr } of topic.partitions) least = Math.min(least, isr.length);
  return least;
}
