import { HOP, noteHop } from '../../../ledger/hops.ts';
import type { Batch } from '../../../clients/client-state.ts';
import type { Run } from '../../../state.ts';
import { logSource } from '../../../clients/log-source.ts';
import { M } from '../../../ledger/layout.ts';

/** [KC9] A former leader that does not know it appends a batch to a log that nobody else has. */
export function writeToZombie(run: Run, topicIndex: number, batch: Batch): void {
  const zombie = run.topics[topicIndex]!.partitions[batch.partition]!.replication!.zombie!;
  for (let row = batch.head; row >= 0; row = run.messages.int[row + M.next]!) {
    // Its copy: as long as that may be, nothing is decided about the message.
    run.messages.int[row + M.inHand]! += 1;
    noteHop(run, row, HOP.appended, topicIndex, batch.partition, zombie.from + zombie.rows.length);
    zombie.rows.push(row);
  }
  logSource(run, run.clients[batch.client]!.source).ledger.appended += batch.count;
}
