/** Where a reader goes on: at what is saved, where auto.offset.reset says, where it is told to seek; and pausing it. */
import { fromMs } from '../../core/time.ts';
import { dropRecord } from '../../handlers/handler.ts';
import type { LinkState } from '../../handlers/handler-state.ts';
import { siftFetched } from '../../handlers/record-ring.ts';
import { lowerFloor } from '../../ledger/replay.ts';
import type { Run } from '../../state.ts';
import type { LogPosition } from '../../../scenario/document.ts';
import { throwInPoll } from './failures.ts';
import { forgetGaps } from './gaps.ts';
import { raiseFloor } from './partition.ts';
import type { CursorState, PartitionState } from './log-state.ts';
import { readableEnd } from './transactions/isolation.ts';
import { logSubscription } from './subscription.ts';

export function logOf(run: Run, cursor: CursorState): PartitionState {
  return run.topics[logSubscription(run, cursor.subscription).topic]!.partitions[cursor.partition]!;
}

/** The first offset appended at that instant or later; the high watermark if there is none. */
function offsetAtTime(log: PartitionState, timeNs: number): number {
  let [low, high] = [log.start, log.highWatermark];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (log.appendedNs[middle & log.mask]! < timeNs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** [KO1] [KO4] The offset that auto.offset.reset names now; -1 for none. */
function resetOffset(run: Run, log: PartitionState, settings: LinkState['settings']): number {
  switch (settings.autoOffsetReset) {
    case 'latest':
      return readableEnd(settings, log);
    case 'earliest':
      return log.start;
    case 'by_duration':
      return offsetAtTime(log, run.nowNs - fromMs(settings.offsetResetMs));
    case 'none':
      return -1;
    default:
      return settings.autoOffsetReset satisfies never;
  }
}

function putAt(cursor: CursorState, position: number): void {
  cursor.fetchOffset = position;
  cursor.handed = position;
  cursor.done = position;
  cursor.doneAhead = [];
  cursor.gaps = [];
}

/** [KO1] Reading begins at the saved position, or where auto.offset.reset says. */
export function startAt(run: Run, instance: number, cursorIndex: number, settings: LinkState['settings']): void {
  const cursor = run.cursors[cursorIndex]!;
  cursor.skipFrom = -1;
  cursor.skipTo = -1;
  if (cursor.committed >= 0) {
    // Whoever read it last may have gone back and not saved that.
    if (cursor.floor < cursor.committed) raiseFloor(run, cursorIndex, cursor.committed, false);
    putAt(cursor, cursor.committed);
    return;
  }
  const log = logOf(run, cursor);
  if (cursor.seekTo >= 0) {
    // Its next poll seeks; nothing is asked of auto.offset.reset.
    putAt(cursor, Math.max(log.start, cursor.floor));
    return;
  }
  const reset = resetOffset(run, log, settings);
  if (reset < 0) {
    throwInPoll(run, instance, 'NoOffsetForPartitionException');
    return;
  }
  // What was stepped over once is not offered again.
  const position = Math.max(reset, cursor.floor);
  if (settings.autoOffsetReset !== 'earliest') raiseFloor(run, cursorIndex, position, true);
  putAt(cursor, position);
}

/** [KO4] The position is outside the log: auto.offset.reset decides. False when it is none. */
export function resetPosition(
  run: Run,
  instance: number,
  cursorIndex: number,
  settings: LinkState['settings'],
): boolean {
  const cursor = run.cursors[cursorIndex]!;
  const position = resetOffset(run, logOf(run, cursor), settings);
  if (position < 0) {
    throwInPoll(run, instance, 'OffsetOutOfRangeException');
    return false;
  }
  putAt(cursor, position);
  if (position < cursor.floor) {
    cursor.seeks += 1;
    lowerFloor(run, cursorIndex, position);
  } else if (settings.autoOffsetReset !== 'earliest') raiseFloor(run, cursorIndex, position, true);
  return true;
}

function offsetOf(run: Run, log: PartitionState, to: LogPosition): number {
  switch (to.type) {
    case 'beginning':
      return log.start;
    case 'end':
      return log.highWatermark;
    case 'offset':
      return to.offset;
    case 'timestamp':
      return offsetAtTime(log, fromMs(to.timestampMs));
    case 'duration':
      return offsetAtTime(log, run.nowNs - fromMs(to.durationMs));
    default:
      return to satisfies never;
  }
}

/** Which of a consumer's partitions are meant; absent members mean all. */
export interface PartitionChoice {
  readonly instance?: number | undefined;
  readonly topic?: string | undefined;
  readonly partition?: number | undefined;
}

/** The cursors of a consumer's subscriptions; with `instance` only what that one reads now. None of a share group. [KW13] */
export function chosenCursors(run: Run, consumerIndex: number, choice: PartitionChoice): number[] {
  const consumer = run.consumers[consumerIndex]!;
  return consumer.links.flatMap((link) => {
    const subscription = logSubscription(run, run.links[link]!.subscription);
    if (choice.topic !== undefined && run.topics[subscription.topic]!.id !== choice.topic) return [];
    return subscription.cursors.filter((index) => {
      const { partition, reader, share } = run.cursors[index]!;
      if (share !== null) return false;
      if (choice.partition !== undefined && partition !== choice.partition) return false;
      if (choice.instance === undefined) return true;
      const instance = reader < 0 ? undefined : run.instances[run.readers[reader]!.instance];
      return instance?.consumer === consumerIndex && instance.index === choice.instance;
    });
  });
}

/**
 * [KO8] Members seek with their next poll. Of a group without members the saved positions are set, as the tool for that
 * does.
 */
export function askSeek(run: Run, consumerIndex: number, choice: PartitionChoice, to: LogPosition): void {
  const group = run.groups[run.consumers[consumerIndex]!.group]!;
  for (const index of chosenCursors(run, consumerIndex, choice)) {
    const cursor = run.cursors[index]!;
    const offset = offsetOf(run, logOf(run, cursor), to);
    if (group.members.length === 0) savePlace(run, index, offset);
    else {
      if (cursor.seekTo < 0) run.seeksPending += 1;
      cursor.seekTo = offset;
    }
  }
}

function savePlace(run: Run, cursorIndex: number, offset: number): void {
  const cursor = run.cursors[cursorIndex]!;
  const log = logOf(run, cursor);
  const place = Math.min(Math.max(offset, log.start), log.highWatermark);
  cursor.committed = place;
  if (place < cursor.floor) lowerFloor(run, cursorIndex, place);
  else raiseToSaved(run, cursorIndex, place, true);
}

/** What lies below a saved position gets no further chance, except that whoever still reads it has gone back below. */
export function raiseToSaved(run: Run, cursorIndex: number, saved: number, excused: boolean): void {
  const { reader, fetchOffset } = run.cursors[cursorIndex]!;
  const reads = reader >= 0 && fetchOffset >= 0;
  raiseFloor(run, cursorIndex, reads ? Math.min(saved, fetchOffset) : saved, excused);
}

/** [KO8] In an instance's poll, when everything that was handed out is in work: it goes where it is asked to. */
export function performSeeks(run: Run, instance: number): void {
  for (const readerIndex of run.instances[instance]!.readers) {
    const { cursors, link } = run.readers[readerIndex]!;
    for (const index of cursors) {
      const cursor = run.cursors[index]!;
      if (cursor.seekTo < 0 || cursor.reader !== readerIndex || cursor.fetchOffset < 0) continue;
      run.instances[instance]!.sought = true;
      dropFetched(run, instance, readerIndex, index);
      seek(run, instance, index, run.links[link]!.settings);
    }
  }
}

function seek(run: Run, instance: number, cursorIndex: number, settings: LinkState['settings']): void {
  const cursor = run.cursors[cursorIndex]!;
  const log = logOf(run, cursor);
  const target = cursor.seekTo;
  cursor.seekTo = -1;
  run.seeksPending -= 1;
  cursor.seeks += 1;
  if (target < log.start || target > log.highWatermark) {
    resetPosition(run, instance, cursorIndex, settings);
    return;
  }
  if (target > cursor.handed) {
    cursor.skipFrom = cursor.skipFrom < 0 ? cursor.handed : cursor.skipFrom;
    cursor.skipTo = target;
  } else {
    cursor.skipTo = Math.min(cursor.skipTo, target);
    lowerFloor(run, cursorIndex, target);
  }
  putAt(cursor, target);
}

/** Forgets what was fetched of a partition and not handed out; reading goes on after what was. */
export function dropFetched(run: Run, instance: number, readerIndex: number, cursorIndex: number): void {
  const cursor = run.cursors[cursorIndex]!;
  const reader = run.readers[readerIndex]!;
  const { records, pollTake } = run.instances[instance]!;
  // What the poll in progress takes will be handed out when its commit is through.
  const dropped = siftFetched(records, pollTake, (held) => held.cursor !== cursorIndex);
  for (const record of dropped) dropRecord(run, instance, record);
  cursor.buffered -= dropped.length;
  cursor.fetchOffset = cursor.handed;
  forgetGaps(cursor);
  reader.inbound = inboundWithout(reader.inbound, new Set([cursorIndex]));
}

/** A response without some of its partitions. */
export function inboundWithout(inbound: readonly number[], leaving: ReadonlySet<number>): number[] {
  const stays: number[] = [];
  for (let i = 0; i < inbound.length; i += 3) {
    if (!leaving.has(inbound[i]!)) stays.push(inbound[i]!, inbound[i + 1]!, inbound[i + 2]!);
  }
  return stays;
}

/** [KO10] What was handed out is finished; nothing more is fetched until the partition is resumed or given up. */
export function pausePartition(run: Run, cursorIndex: number): void {
  const cursor = run.cursors[cursorIndex]!;
  if (cursor.paused || cursor.reader < 0 || cursor.fetchOffset < 0) return;
  cursor.paused = true;
  dropFetched(run, run.readers[cursor.reader]!.instance, cursor.reader, cursorIndex);
}

export function resumePartition(run: Run, cursorIndex: number): void {
  run.cursors[cursorIndex]!.paused = false;
}
