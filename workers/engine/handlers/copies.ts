/** Live copies of messages in families other than the log: in queues, on their way, in the memory of instances, in a worker's hands. */
import { eachAmqpCopy } from '../amqp/copies.ts';
import { slotOf } from '../ledger/ledger.ts';
import { eachSqsCopy } from '../sqs/copies.ts';
import type { Run } from '../state.ts';
import { eachTableCopy } from '../table/copies.ts';
import { subscriptionOf } from './deliveries.ts';
import { heldRecords } from './record-ring.ts';

/** Tells of every copy that gives a subscription a chance to apply its message: row of the message and slot of the obligation. */
export function eachCopy(run: Run, tell: (row: number, slot: number) => void): void {
  eachAmqpCopy(run, tell);
  eachSqsCopy(run, tell);
  eachTableCopy(run, tell);
  for (const { consumer, records, workers } of run.instances) {
    const { family } = run.consumers[consumer]!;
    for (const { row, cursor } of heldRecords(records))
      if (cursor < 0) tell(row, slotOf(run, row, subscriptionOf(run, family, cursor)));
    // Records of logs are counted with the log.
    for (const worker of workers) if (worker.busy && worker.cursor < 0) tell(worker.row, worker.slot);
  }
}
