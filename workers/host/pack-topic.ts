/** Packing topics: their partitions' marks, and the newest records as cells. */
import { lastStableOffset, leaderProcess, leastInsync, RECORD_FLAG, type Run } from '../engine/engine.ts';
import type { PartitionState, TopicState } from '../engine/brokers/log/log-state.ts';
import type { Process } from '../engine/state.ts';
import { CELL, CELLS, HEALTH, PARTITION, TOPIC, type TopicBlock } from '../protocol/frame.ts';
import { CELL_MASK, goesOn, markCurrent, onlyMovesAtItsEnds, stripOf, type Strip, type Strips } from './strips.ts';

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

export function packTopic(run: Run, strips: Strips, index: number, block: TopicBlock, values: Float64Array): void {
  const topic = run.topics[index]!;
  const { at, partitionsAt } = block;
  values[at + TOPIC.health] = healthOfTopic(run, topic);
  values[at + TOPIC.insyncReplicas] = leastInsync(topic);
  let bytes = 0;
  topic.partitions.forEach((log, partition) => {
    const partitionAt = partitionsAt + partition * PARTITION.size;
    packMarks(run, log, partitionAt, values);
    packStrip(topic, log, stripOf(strips, index, partition), partitionAt, values);
    bytes += log.totalBytes;
  });
  values[at + TOPIC.bytes] = bytes;
}

function packMarks(run: Run, log: PartitionState, at: number, values: Float64Array): void {
  const first = firstCell(log);
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
}

/** Offset of the first record shown. */
function firstCell(log: PartitionState): number {
  return Math.max(log.start, log.end - CELLS);
}

/** The newest records. Those that were packed before are read out of the log again only if they may have changed. */
function packStrip(topic: TopicState, log: PartitionState, strip: Strip, at: number, values: Float64Array): void {
  const first = firstCell(log);
  const known = onlyMovesAtItsEnds(topic, log) && goesOn(strip, log);
  readCells(log, known ? Math.max(first, strip.end) : first, strip);
  markCurrent(strip, log);
  const { colours, flags, messages } = strip;
  let cell = at + PARTITION.cellsAt;
  let message = cell + 2 * CELLS;
  for (let offset = first; offset < log.end; offset += 1) {
    const i = offset & CELL_MASK;
    values[cell] = colours[i]!;
    values[cell + 1] = flags[i]!;
    values[message] = messages[i]!;
    cell += 2;
    message += 1;
  }
}

/** Cells from an offset on, as the log has them. */
function readCells(log: PartitionState, from: number, strip: Strip): void {
  const { end, mask } = log;
  for (let offset = from; offset < end; offset += 1) {
    const i = offset & CELL_MASK;
    strip.colours[i] = log.key[offset & mask]!;
    strip.flags[i] = flagsOf(log, offset);
    strip.messages[i] = log.message[offset & mask]!;
  }
  markBorders(log, from, strip.flags);
  if (log.transactions !== null) markTransactions(log, from, strip.flags);
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
function markTransactions({ transactions, start, end }: PartitionState, from: number, flags: Float64Array): void {
  const { open, ended } = transactions!;
  const mark = (runs: readonly number[], flag: number): void => {
    for (let i = 0; i < runs.length; i += 2)
      for (let offset = Math.max(from, start, runs[i]!); offset < Math.min(end, runs[i + 1]!); offset += 1)
        flags[offset & CELL_MASK]! += flag;
  };
  for (const { runs } of open) mark(runs, CELL.open);
  for (const { runs, commit } of ended) if (!commit) mark(runs, CELL.aborted);
}

/** Segments that begin among the cells read, and not with the log. */
function markBorders({ segments, start, end }: PartitionState, from: number, flags: Float64Array): void {
  for (let place = segments.length - 1; place >= 0 && segments[place]!.base >= from; place -= 1) {
    const { base } = segments[place]!;
    if (base > start && base < end) flags[base & CELL_MASK]! += CELL.border;
  }
}
