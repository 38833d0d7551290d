/** Which record of a log is where on its strip, by the frame shown. */
import { PARTITION, type TopicBlock } from '../../../../workers/protocol/frame.ts';
import { frames } from '../../../simulation/frames.ts';
import { blockOf } from './blocks.ts';
import { CELLS_SHOWN, offsetAt } from './topic-strip.ts';

export interface RecordPlace {
  readonly partition: number;
  readonly offset: number;
}

function currentTopic(id: string): { readonly values: Float64Array; readonly block: TopicBlock } | null {
  const frame = frames.current();
  const block = frame === null ? null : blockOf(frame.layout, id, 'topic');
  return frame === null || block === null ? null : { values: frame.values, block };
}

/** The record at `x` of a strip in a row; `heads` are the right ends shown. Null beside every record. */
export function recordAt(
  id: string,
  heads: readonly number[],
  { x, row }: { readonly x: number; readonly row: number },
): RecordPlace | null {
  const topic = currentTopic(id);
  const partition = Math.floor(row);
  if (topic === null || partition < 0 || partition >= topic.block.partitions) return null;
  const at = topic.block.partitionsAt + partition * PARTITION.size;
  const end = topic.values[at + PARTITION.end]!;
  const offset = offsetAt(x, heads[partition] ?? end, topic.values[at + PARTITION.start]!, end);
  return offset === null ? null : { partition, offset };
}

/** The logical id of the message that a record holds, or 0 when the frame does not say. */
export function messageAt(id: string, { partition, offset }: RecordPlace): number {
  const topic = currentTopic(id);
  if (topic === null) return 0;
  const at = topic.block.partitionsAt + partition * PARTITION.size;
  const cell = offset - topic.values[at + PARTITION.firstCell]!;
  if (cell < 0 || cell >= topic.values[at + PARTITION.cells]!) return 0;
  return topic.values[at + PARTITION.messagesAt + cell]!;
}

/** Where an arrow key takes the cursor within the records shown; null for other keys and for an empty log. */
export function movedCursor(
  key: string,
  { id, partition, from }: { readonly id: string; readonly partition: number; readonly from: number | null },
): number | null {
  const topic = currentTopic(id);
  if (topic === null || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return null;
  const at = topic.block.partitionsAt + partition * PARTITION.size;
  const end = topic.values[at + PARTITION.end]!;
  const least = Math.max(topic.values[at + PARTITION.start]!, end - CELLS_SHOWN);
  if (end <= least) return null;
  const wanted = from === null ? end - 1 : from + (key === 'ArrowLeft' ? -1 : 1);
  return Math.min(end - 1, Math.max(least, wanted));
}
