/** Readers beyond the end of a log that was cut: they go back to where it ends now. */
import type { Run } from '../../../state.ts';
import { refetch } from '../fetch.ts';
import { dropFetched } from '../positions.ts';
import { logSubscription } from '../subscription.ts';

/**
 * [KC10] Positions, saved or not, that lie beyond the log end go back to it. What a reader had fetched of that partition and
 * not handed out is dropped; work in progress goes on, and what it finishes is no longer counted to the position.
 */
export function stepBack(run: Run, topicIndex: number, partition: number): void {
  const topic = run.topics[topicIndex]!;
  const { end } = topic.partitions[partition]!;
  for (const index of topic.subscriptions) {
    const cursorIndex = logSubscription(run, index).cursors[partition]!;
    const cursor = run.cursors[cursorIndex]!;
    cursor.committed = Math.min(cursor.committed, end);
    cursor.floor = Math.min(cursor.floor, end);
    const { reader } = cursor;
    if (reader < 0 || cursor.fetchOffset < 0) continue;
    const { inbound, instance } = run.readers[reader]!;
    const asked = inbound.some((value, i) => i % 3 === 0 && value === cursorIndex && inbound[i + 2]! > end);
    if (cursor.fetchOffset > end || cursor.handed > end) {
      dropFetched(run, instance, reader, cursorIndex);
      cursor.fetchOffset = Math.min(cursor.handed, end);
      cursor.handed = Math.min(cursor.handed, end);
      cursor.done = Math.min(cursor.done, end);
      cursor.doneAhead = [];
      cursor.seeks += 1;
    }
    if (asked) refetch(run, reader);
  }
}
