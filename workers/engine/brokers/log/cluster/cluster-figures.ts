/** Figures of a cluster, as brokers' own metrics name them. */
import type { Run } from '../../../state.ts';
import { eachPartition } from './elections.ts';

/** `underReplicated`: fewer in sync than assigned. `offline`: without a leader. `notPreferred`: led by another than the first assigned. */
export function clusterFigures(run: Run, clusterIndex: number): Record<string, number> {
  const brokers = run.clusters[clusterIndex]!.brokers.map((index) => run.brokers[index]!);
  let [partitions, underReplicated, offline, notPreferred] = [0, 0, 0, 0];
  eachPartition(run, clusterIndex, (_topic, _partition, log) => {
    partitions += 1;
    if (log.isr.length < log.replicas.length) underReplicated += 1;
    if (log.leader < 0) offline += 1;
    else if (log.leader !== log.replicas[0]) notPreferred += 1;
  });
  const brokersUp = brokers.filter(({ process }) => !process.crashed).length;
  return { brokers: brokers.length, brokersUp, partitions, underReplicated, offline, notPreferred };
}
