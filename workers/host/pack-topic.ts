/** Packing topics: their partitions' marks, and the newest records as cells. */
import { lastStableOffset, leaderProcess, leastInsync, RECORD_FLAG, type Run } from '../engine/engine.ts';
import type { PartitionState, TopicState } from '../engine/brokers/log/log-state.ts';
import type { Process } from '../engine/state.ts';
import { CELL, CELLS, HEALTH, PARTITION, TOPIC } from '../protocol/frame.ts';
import type { FramePlan } from './frame-plan.ts';
import { CELL_MASK, goesOn, markCurrent, type Cells, type Strip } from './strips.ts';

export function healthOf(process: Process, slowFactor = 1): number {
  if (process.crashed) return HEALTH.crashed;
  if (process.frozen) return HEALTH.paused;
  return process.slowFactor === 1 && slowFactor === 1 ? HEALTH.up : HEALTH.slow;
}

/** That of the broker that leads it; on a cluster it is down when nobody leads any of its partitions. */
function healthOfTopic(run: Run, { partitions }: TopicState): number {
  const process = leaderProcess(run, partitions[0]!);
  if (process === null) return partitions.every((log) => log.leader < 0) ? HEALTH.crashed : HEALTH.up;
  return partitions[0]!.replication === null ? healthOf(process) : HEALTH.up;
}

/** All topics. */
export function packTopics(run: Run, { topics, strips, cells }: FramePlan, values: Float64Array): void {
  for (const strip of strips) {
    packMarks(run, strip.log, strip.at, values);
    packStrip(strip, cells, values);
  }
  for (const { topic, at } of topics) {
    values[at + TOPIC.health] = healthOfTopic(run, topic);
    values[at + TOPIC.insyncReplicas] = leastInsync(topic);
    let bytes = 0;
    for (const { totalBytes } of topic.partitions) bytes += totalBytes;
    values[at + TOPIC.bytes] = bytes;
  }
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
function packStrip(strip: Strip, cells: Cells, values: Float64Array): void {
  const { log } = strip;
  const { end } = log;
  const first = firstCell(log);
  const known = goesOn(strip, log);
  if (!known || strip.end < end) readCells(strip, known ? Math.max(first, strip.end) : first, known, cells);
  const { colours, flags, messages } = cells;
  let cell = strip.at + PARTITION.cellsAt;
  let message = strip.at + PARTITION.messagesAt;
  for (let offset = first; offset < end; offset += 1) {
    const i = strip.first + (offset & CELL_MASK);
    values[cell] = colours[i]!;
    values[cell + 1] = flags[i]!;
    values[message] = messages[i]!;
    cell += 2;
    message += 1;
  }
}

/** Cells from an offset on, as the log has them. */
function readCells(strip: Strip, from: number, known: boolean, cells: Cells): void {
  const { log } = strip;
  const { end, mask, key, message } = log;
  const { colours, flags, messages } = cells;
  for (let offset = from; offset < end; offset += 1) {
    const i = strip.first + (offset & CELL_MASK);
    colours[i] = key[offset & mask]!;
    flags[i] = flagsOf(log, offset);
    messages[i] = message[offset & mask]!;
  }
  const active = log.segments.at(-1)!;
  // Records that came to the segment that was active begin none.
  if (!known || active !== strip.active) markBorders(log, from, strip, flags);
  if (log.transactions !== null) markTransactions(log, from, strip, flags);
  markCurrent(strip, log, active);
}

function flagsOf(log: PartitionState, offset: number): number {
  const flags = log.flags[offset & log.mask]!;
  if ((flags & RECORD_FLAG.commitMarker) !== 0) return CELL.commitMarker;
  if ((flags & RECORD_FLAG.abortMarker) !== 0) return CELL.abortMarker;
  if (log.holes > 0 && log.row[offset & log.mask]! < 0) return CELL.hole;
  const aborted = (flags & RECORD_FLAG.aborted) !== 0 ? CELL.aborted : 0;
  return (flags & 1) * CELL.duplicate + ((flags >> 1) & 1) * CELL.tombstone + aborted;
}

/** Records of transactions that are open, or whose abort is not yet on all in-sync replicas. */
function markTransactions(log: PartitionState, from: number, { first }: Strip, flags: Uint16Array): void {
  const { open, ended } = log.transactions!;
  const mark = (runs: readonly number[], flag: number): void => {
    for (let i = 0; i < runs.length; i += 2)
      for (let offset = Math.max(from, log.start, runs[i]!); offset < Math.min(log.end, runs[i + 1]!); offset += 1)
        flags[first + (offset & CELL_MASK)]! += flag;
  };
  for (const { runs } of open) mark(runs, CELL.open);
  for (const { runs, commit } of ended) if (!commit) mark(runs, CELL.aborted);
}

/** Segments that begin among the cells read, and not with the log. */
function markBorders(
  { segments, start, end }: PartitionState,
  from: number,
  { first }: Strip,
  flags: Uint16Array,
): void {
  for (let place = segments.length - 1; place >= 0 && segments[place]!.base >= from; place -= 1) {
    const { base } = segments[place]!;
    if (base > start && base < end) flags[first + (base & CELL_MASK)]! += CELL.border;
  }
}
