/** Live copies of messages in families other than the log: in queues, on their way, in the memory of instances, in a worker's hands. */
import { eachAmqpCopy } from '../amqp/feeds.ts';
import { eachSqsCopy } from '../sqs/feeds.ts';
import type { Run } from '../state.ts';
import { eachTableCopy } from '../table/copies.ts';

/** Tells of every copy that gives a subscription a chance to apply its message: row of the message and slot of the obligation. */
export function eachCopy(run: Run, tell: (row: number, slot: number) => void): void {
  eachAmqpCopy(run, tell);
  eachSqsCopy(run, tell);
  eachTableCopy(run, tell);
}
