/** Packing topics: their partitions' marks, and the newest records as cells. */
import { lastStableOffset, leaderProcess, leastInsync, RECORD_FLAG, type Run } from '../engine/engine.ts';
import type { PartitionState, TopicState } from '../engine/brokers/log/log-state.ts';
import type { Process } from '../engine/state.ts';
import { CELL, CELLS, HEALTH, PARTITION, TOPIC } from '../protocol/frame.ts';

export function healthOf(process: Process, slowFactor = 1): number {
  if (process.crashed) return HEALTH.crashed;
  if (process.frozen) return HEALTH.paused;
  return process.slowFactor === 1 && slowFactor === 1 ? HEALTH.up : HEALTH.slow;
}

/** That of the broker that leads it; on a cluster it is down when nobody leads any of its partitions. */
function healthOfTopic(run: Run, topic: TopicState): number {
  if (topic.partitions.every((log) => log.leader < 0)) return HEALTH.crashed;
  const process = leaderProcess(run, topic.partitions[0]!);
  return process === null || topic.partitions[0]!.replication !== null ? HEALTH.up : healthOf(process);
}

export function packTopic(run: Run, index: number, at: number, partitionsAt: number, values: Float64Array): void {
  const topic = run.topics[index]!;
  values[at + TOPIC.health] = healthOfTopic(run, topic);
  values[at + TOPIC.insyncReplicas] = leastInsync(topic);
  let bytes = 0;
  topic.partitions.forEach((log, partition) => {
    packPartition(run, log, partitionsAt + partition * PARTITION.size, values);
    bytes += log.totalBytes;
  });
  values[at + TOPIC.bytes] = bytes;
}

function packPartition(run: Run, log: PartitionState, at: number, values: Float64Array): void {
  const first = Math.max(log.start, log.end - CELLS);
  values[at + PARTITION.start] = log.start;
  values[at + PARTITION.highWatermark] = log.highWatermark;
  values[at + PARTITION.end] = log.end;
  values[at + PARTITION.lastStable] = lastStableOffset(log);
  values[at + PARTITION.leader] = log.leader >= 0 ? 1 : 0;
  values[at + PARTITION.leaderBroker] =
    log.replication === null || log.leader < 0 ? -1 : run.brokers[log.leader]!.number;
  values[at + PARTITION.insyncReplicas] = log.isr.length;
  values[at + PARTITION.replicas] = log.replicas.length;
  values[at + PARTITION.cells] = log.end - first;
  values[at + PARTITION.firstCell] = first;
  for (let offset = first; offset < log.end; offset += 1) {
    const cell = at + PARTITION.cellsAt + 2 * (offset - first);
    values[cell] = log.key[offset & log.mask]!;
    values[cell + 1] = flagsOf(log, offset);
    values[at + PARTITION.messagesAt + offset - first] = log.message[offset & log.mask]!;
  }
  packBorders(log, first, at, values);
  if (log.transactions !== null) packTransactions(log, first, at, values);
}

function flagsOf(log: PartitionState, offset: number): number {
  const flags = log.flags[offset & log.mask]!;
  if ((flags & RECORD_FLAG.commitMarker) !== 0) return CELL.commitMarker;
  if ((flags & RECORD_FLAG.abortMarker) !== 0) return CELL.abortMarker;
  if (log.row[offset & log.mask]! < 0) return CELL.hole;
  const aborted = (flags & RECORD_FLAG.aborted) !== 0 ? CELL.aborted : 0;
  return (flags & 1) * CELL.duplicate + ((flags >> 1) & 1) * CELL.tombstone + aborted;
}

/** Records of transactions that are open, or whose abort is not yet on all in-sync replicas. */
function packTransactions(
  { transactions, start, end }: PartitionState,
  first: number,
  at: number,
  values: Float64Array,
): void {
  const { open, ended } = transactions!;
  const mark = (runs: readonly number[], flag: number): void => {
    for (let i = 0; i < runs.length; i += 2)
      for (let offset = Math.max(first, start, runs[i]!); offset < Math.min(end, runs[i + 1]!); offset += 1)
        values[at + PARTITION.cellsAt + 2 * (offset - first) + 1]! += flag;
  };
  for (const { runs } of open) mark(runs, CELL.open);
  for (const { runs, commit } of ended) if (!commit) mark(runs, CELL.aborted);
}

/** Segments that begin among the cells, and not with the log. */
function packBorders({ segments, start }: PartitionState, first: number, at: number, values: Float64Array): void {
  for (let place = segments.length - 1; place >= 0 && segments[place]!.base >= first; place -= 1) {
    const { base } = segments[place]!;
    if (base > start && base - first < values[at + PARTITION.cells]!)
      values[at + PARTITION.cellsAt + 2 * (base - first) + 1]! += CELL.border;
  }
}
