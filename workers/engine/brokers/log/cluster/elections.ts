/** Elections: who leads a partition next, and what the log is from then on. */
import { HOP } from '../../../ledger/hops.ts';
import { rowOf } from '../../../pool.ts';
import type { Run } from '../../../state.ts';
import { finish } from '../append.ts';
import { wakeReaders } from '../fetch.ts';
import type { PartitionState } from '../log-state.ts';
import { truncateTo } from '../partition.ts';
import { RESULT } from '../result.ts';
import { loseLocks } from '../share/share-records.ts';
import { follow, isParked, unfollow } from './fetchers.ts';
import { advance } from './isr.ts';
import { stepBack } from './step-back.ts';
import { leaveZombie } from './zombie.ts';

/** [KC6] [KC7] Elects leaders for all partitions of a cluster that have none the controller counts on. */
export function electLeaders(run: Run, clusterIndex: number): void {
  const unclean = run.clusters[clusterIndex]!.settings!.uncleanLeaderElectionEnable;
  eachPartition(run, clusterIndex, (topicIndex, partition, log) => {
    if (log.leader >= 0 && !run.brokers[log.leader]!.fenced) return;
    const next = successor(run, log, unclean);
    // One that has died and whose session goes on would be elected and not serve.
    if (next >= 0 && !run.brokers[next]!.process.crashed) makeLeader(run, topicIndex, partition, next);
  });
}

/** [KC8] Gives leadership back to preferred replicas that are in sync. */
export function electPreferred(run: Run, clusterIndex: number): void {
  eachPartition(run, clusterIndex, (topicIndex, partition, log) => {
    const preferred = log.replicas[0]!;
    const { fenced, process } = run.brokers[preferred]!;
    if (log.leader < 0 || log.leader === preferred || fenced || process.crashed || !log.isr.includes(preferred)) return;
    makeLeader(run, topicIndex, partition, preferred);
  });
}

/** Every partition of the topics on a cluster. */
export function eachPartition(
  run: Run,
  clusterIndex: number,
  visit: (topicIndex: number, partition: number, log: PartitionState) => void,
): void {
  run.topics.forEach((topic, topicIndex) => {
    if (topic.cluster !== clusterIndex || topic.gone) return;
    topic.partitions.forEach((log, partition) => visit(topicIndex, partition, log));
  });
}

/** The first replica in assigned order that is in sync and not fenced; failing that, if allowed, any that is up; else -1. */
function successor(run: Run, log: PartitionState, unclean: boolean): number {
  const clean = log.replicas.find((broker) => log.isr.includes(broker) && !run.brokers[broker]!.fenced);
  if (clean !== undefined) return clean;
  const any = log.replicas.find((broker) => !run.brokers[broker]!.fenced && !run.brokers[broker]!.process.crashed);
  return unclean && any !== undefined ? any : -1;
}

/** The log is from now on what this replica has of it. */
function makeLeader(run: Run, topicIndex: number, partition: number, broker: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  const replication = log.replication!;
  const former = log.leader;
  const place = log.replicas.indexOf(broker);
  const clean = log.isr.includes(broker);
  const mark = knownMark(run, log, broker);
  if (former >= 0) replication.ends[log.replicas.indexOf(former)] = log.end;
  const end = Math.min(Math.max(replication.ends[place]!, log.start), log.end);
  if (!clean) log.isr = [broker];
  if (former >= 0) relieve(run, topicIndex, partition, end);
  unfollow(run, topicIndex, partition, replication.lastLeader);
  loseLocks(run, topicIndex, partition);
  log.leader = broker;
  log.leaderEpoch += 1;
  log.busyUntilNs = run.nowNs;
  truncateTo(run, topicIndex, partition, end, clean ? HOP.truncated : HOP.lostUncleanly);
  log.highWatermark = Math.max(log.start, Math.min(end, mark));
  replication.epochStart = end;
  replication.lastLeader = broker;
  replication.markNs = run.nowNs;
  log.replicas.forEach((replica, i) => {
    replication.ends[i] = Math.min(replication.ends[i]!, end);
    replication.marks[i] = Math.min(replication.marks[i]!, log.highWatermark);
    replication.fetched[i] = -1;
    replication.caughtUpNs[i] = log.isr.includes(replica) ? run.nowNs : 0;
    replication.lastFetchNs[i] = 0;
    replication.lastFetchEnd[i] = 0;
  });
  stepBack(run, topicIndex, partition);
  follow(run, topicIndex, partition, broker);
  advance(run, topicIndex, partition);
  wakeReaders(run, topicIndex, partition);
}

/** A leader that is up loses its place: it learns at once, unless the controller cannot reach it. */
function relieve(run: Run, topicIndex: number, partition: number, end: number): void {
  const log = run.topics[topicIndex]!.partitions[partition]!;
  if (run.brokers[log.leader]!.fenced) {
    leaveZombie(run, topicIndex, partition, log.leader, end);
    return;
  }
  const { waiting } = log;
  log.waiting = [];
  for (const { request, position } of waiting)
    finish(run, request, rowOf(run.requests, request), position, RESULT.disconnected);
}

/**
 * The high watermark that a replica knows: what its last answer said. One whose fetch waits at a leader has been told
 * everything within replica.fetch.wait.max.ms, which is not simulated. [KH3]
 */
function knownMark(run: Run, log: PartitionState, broker: number): number {
  const { marks, markNs, lastLeader } = log.replication!;
  const told = marks[log.replicas.indexOf(broker)]!;
  const waits = isParked(run, broker, lastLeader) && run.nowNs - markNs >= REPLICA_FETCH_WAIT_NS;
  return broker === lastLeader || waits ? log.highWatermark : told;
}

/** replica.fetch.wait.max.ms of Kafka 4.0. */
const REPLICA_FETCH_WAIT_NS = 500e6;
