/** In-sync replicas: who is one, and how far the high watermark may go because of it. */
import { fromMs } from '../../../core/time.ts';
import { at, OP, PRIORITY } from '../../../events.ts';
import type { Run } from '../../../state.ts';
import { raiseHighWatermark } from '../append.ts';
import type { PartitionState } from '../log-state.ts';
import type { FetcherState } from './cluster-state.ts';
import { inSyncEnd } from './watermark.ts';

/** [KC5] A follower's fetch says how far it is: it may be in sync again, and the high watermark may move. */
export function noteFollower(
  run: Run,
  topicIndex: number,
  partition: number,
  { follower, leader }: FetcherState,
): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  if (log.leader !== leader || log.replication === null) return;
  const { replication } = log;
  const place = log.replicas.indexOf(follower);
  const end = Math.max(replication.ends[place]!, Math.min(log.start, log.end));
  replication.ends[place] = end;
  if (end >= log.end) replication.caughtUpNs[place] = run.nowNs;
  else if (end >= replication.lastFetchEnd[place]!)
    replication.caughtUpNs[place] = Math.max(replication.caughtUpNs[place]!, replication.lastFetchNs[place]!);
  replication.lastFetchNs[place] = run.nowNs;
  replication.lastFetchEnd[place] = log.end;
  replication.fetched[place] = end;
  if (!log.isr.includes(follower) && mayJoin(run, log, follower, end)) setIsr(log, [...log.isr, follower]);
  advance(run, topicIndex, partition);
}

/** At the high watermark, and with everything that was there when the present leader began. */
function mayJoin(run: Run, log: PartitionState, follower: number, end: number): boolean {
  return !run.brokers[follower]!.fenced && end >= log.highWatermark && end >= log.replication!.epochStart;
}

/** In the order of `replicas`. */
function setIsr(log: PartitionState, members: readonly number[]): void {
  log.isr = log.replicas.filter((broker) => members.includes(broker));
}

/** [KH1] The high watermark moves up to what every in-sync replica is known to have. */
export function advance(run: Run, topicIndex: number, partition: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  if (log.leader >= 0) raiseHighWatermark(run, topicIndex, partition, inSyncEnd(log));
}

/** Looks at all followers twice within replica.lag.time.max.ms, as brokers do. */
export function scheduleIsrCheck(run: Run, clusterIndex: number): void {
  const { settings, ticket } = run.clusters[clusterIndex]!;
  const everyNs = fromMs(settings!.replicaLagTimeMaxMs / 2);
  at(run, run.nowNs + everyNs, PRIORITY.broker, OP.isrCheck, clusterIndex, ticket);
}

/** [KC5] Followers that have not been at the log end for too long leave the ISR. A leader that nobody hears changes nothing. */
export function isrCheck(run: Run, clusterIndex: number, ticket: number): void {
  const cluster = run.clusters[clusterIndex]!;
  if (cluster.gone || cluster.ticket !== ticket) return;
  const longestNs = fromMs(cluster.settings!.replicaLagTimeMaxMs);
  run.topics.forEach((topic, topicIndex) => {
    if (topic.cluster !== clusterIndex || topic.gone) return;
    topic.partitions.forEach((log, partition) => {
      if (log.isr.length < 2 || log.leader < 0 || !decides(run, log.leader)) return;
      const inSync = log.isr.filter((broker) => broker === log.leader || isCaughtUp(run, log, broker, longestNs));
      if (inSync.length === log.isr.length) return;
      log.isr = inSync;
      advance(run, topicIndex, partition);
    });
  });
  scheduleIsrCheck(run, clusterIndex);
}

/** Whether a leader can change its ISR: it runs, and the controller hears it. */
function decides(run: Run, leader: number): boolean {
  const { process, isolated } = run.brokers[leader]!;
  return !process.frozen && !isolated;
}

function isCaughtUp(run: Run, log: PartitionState, follower: number, longestNs: number): boolean {
  const { fetched, caughtUpNs } = log.replication!;
  const place = log.replicas.indexOf(follower);
  return fetched[place]! >= log.end || run.nowNs - caughtUpNs[place]! <= longestNs;
}
