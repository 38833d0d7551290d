/** Readers beyond the end of a log that was cut: they go back to where it ends now. */
import { dropRecord } from '../../../handlers/handler.ts';
import { sift } from '../../../handlers/record-ring.ts';
import type { Run } from '../../../state.ts';
import { refetch } from '../fetch.ts';

/**
 * [KC10] Positions, saved or not, that lie beyond the log end go back to it. What a reader had fetched of that partition and
 * not begun is dropped; work in progress goes on.
 */
export function stepBack(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  const { end } = topic.partitions[partition]!;
  for (const index of topic.subscriptions) {
    const cursorIndex = run.subscriptions[index]!.cursors[partition]!;
    const cursor = run.cursors[cursorIndex]!;
    cursor.committed = Math.min(cursor.committed, end);
    cursor.floor = Math.min(cursor.floor, end);
    if (cursor.reader < 0 || cursor.fetchOffset < 0) continue;
    const { inbound } = run.readers[cursor.reader]!;
    const asked = inbound.some((value, i) => i % 3 === 0 && value === cursorIndex && inbound[i + 2]! > end);
    if (cursor.fetchOffset > end) rewind(run, cursorIndex, end);
    if (asked) refetch(run, cursor.reader);
  }
}

function rewind(run: Run, cursorIndex: number, to: number): void {
  const cursor = run.cursors[cursorIndex]!;
  const { instance: index } = run.readers[cursor.reader]!;
  const instance = run.instances[index]!;
  const { records } = instance;
  const handed = records.split - records.head;
  const dropped = sift(records, (record) => record.cursor !== cursorIndex);
  instance.unfinished -= handed - (records.split - records.head);
  for (const record of dropped) dropRecord(run, index, record);
  cursor.buffered = 0;
  cursor.fetchOffset = to;
  cursor.handed = Math.min(cursor.handed, to);
  cursor.done = Math.min(cursor.done, to);
  cursor.doneAhead = [];
}
