/**
 * What an instance holds of families other than the log: deliveries that a broker has pushed to it or that it has asked for. What
 * their family does when a handler takes one, is done with it, or will never be. None of this may call handlers: whoever
 * hands something to an instance wakes it (`wake`), and it looks when the event at work is done.
 */
import { beginAmqpDelivery, endAmqpDelivery } from '../amqp/answers.ts';
import { amqpSubscription } from '../amqp/deliveries.ts';
import { fail } from '../core/assert.ts';
import type { Family } from '../ledger/subscription.ts';
import { beginSqsDelivery, endSqsDelivery, sqsSubscription } from '../sqs/feeds.ts';
import { dropChance, slotOf } from '../ledger/ledger.ts';
import type { Run } from '../state.ts';
import { beginTableDelivery, endTableDelivery, tableSubscription } from '../table/poller.ts';
import type { Worker } from './handler-state.ts';
import type { HeldRecord } from './record-ring.ts';

/** A handler takes it: for whom it is (`subscription`, `slot`), and whether it was given to a handler before. */
export function beginDelivery(run: Run, family: Family, index: number, worker: Worker): void {
  switch (family) {
    case 'amqp':
      return beginAmqpDelivery(run, index, worker);
    case 'sqs':
      return beginSqsDelivery(run, worker);
    case 'table':
      return beginTableDelivery(run, worker);
    case 'log':
  }
}

/** A handler is done with it: it is acknowledged, deleted or given back, and what that does to the copy happens when the broker knows. */
export function endDelivery(run: Run, family: Family, index: number, worker: Worker, failed: boolean): void {
  switch (family) {
    case 'amqp':
      return endAmqpDelivery(run, index, worker, failed);
    case 'sqs':
      return endSqsDelivery(run, index, worker, failed);
    case 'table':
      return endTableDelivery(run, worker, failed);
    case 'log':
  }
}

/** It will not be worked on by this instance, which has died or given it up: the copy in its memory is no more. */
export function dropDelivery(run: Run, family: Family, { row, cursor }: HeldRecord): void {
  dropChance(run, row, slotOf(run, row, subscriptionOf(run, family, cursor)));
}

/** To whom a delivery is owed that an instance holds, by its cursor. */
export function subscriptionOf(run: Run, family: Family, cursor: number): number {
  switch (family) {
    case 'amqp':
      return amqpSubscription(run, cursor);
    case 'sqs':
      return sqsSubscription(run, cursor);
    case 'table':
      return tableSubscription(run, cursor);
    default:
      family satisfies 'log';
      return fail('A log delivers nothing');
  }
}
