/** Laws of storage: every row is either live or free, and no verdict lacks its evidence. For tests. */
import { assert } from '../core/assert.ts';
import { EVIDENCE_KEPT, type Anomaly } from '../ledger/accounts.ts';
import { report, type Run } from '../engine.ts';
import type { SubscriptionReport } from '../report.ts';
import type { Pool } from '../state.ts';
import { M, rowAt, SHELF_ROWS, shelfOf } from '../ledger/layout.ts';

/** @throws AssertionFailure when a row is neither live nor free, or both */
export function checkRows(run: Run): void {
  checkMessages(run);
  checkPool('batch', run.batches);
  checkPool('request', run.requests);
  checkPool('commit', run.commits);
  checkPool('acknowledgement', run.acknowledgements);
  checkPool('transaction request', run.transactionRequests);
  checkPool('call of SQS', run.sqs.calls);
  checkPool('call about handles', run.sqs.handleCalls);
  checkPool('delivery of SNS', run.sqs.deliveries);
  checkPool('insert', run.insertRequests);
  checkPool('delivery of RabbitMQ', run.amqp.deliveries);
}

/** Rows of a shelf are live, given back, or not yet given out; a shelf all of whose rows came back is free. */
function checkMessages({ messages, clients, inserters }: Run): void {
  const free = new Set(messages.freeShelves);
  assert(free.size === messages.freeShelves.length, 'a shelf is free twice');
  const accounted = new Int32Array(messages.used / SHELF_ROWS);
  const shelves = [...clients.flatMap(({ partitions }) => partitions), ...inserters].map(({ shelf }) => shelf);
  for (const shelf of [messages.shelf, ...shelves])
    for (let row = shelf.next; row < shelf.end; row += 1) accounted[shelfOf(row)]! += 1;
  let [live, owed] = [0, 0];
  for (let count = 0; count < messages.used; count += 1) {
    const row = rowAt(count);
    owed += messages.num[row + M.owedCount]!;
    if (messages.num[row + M.id] === 0) continue;
    live += 1;
    accounted[shelfOf(row)]! += 1;
  }
  assert(live === messages.live, () => `${messages.live} live messages by their count, ${live} in the table`);
  accounted.forEach((count, shelf) => {
    const all = free.has(shelf) ? SHELF_ROWS : messages.returned[shelf]!;
    assert(count + all === SHELF_ROWS, () => `shelf ${shelf}: ${count} rows in use or to come, ${all} given back`);
  });
  for (const [size, blocks] of Object.entries(messages.obligations.free)) owed += Number(size) * blocks.length;
  assert(
    owed === messages.obligations.used,
    () => `${messages.obligations.used} obligations, of which ${owed} belong to a row or are free`,
  );
}

function checkPool<Row>(name: string, { rows, spare, free }: Pool<Row>): void {
  const freed = new Set(free);
  assert(freed.size === free.length, () => `a ${name} row is free twice`);
  rows.forEach((held, row) => {
    const isFree = freed.has(row);
    assert((held === null) === isFree, () => `${name} row ${row} is neither live nor free, or both`);
    assert((spare[row] !== null) === isFree, () => `${name} row ${row} is to be used again and is not, or the reverse`);
  });
}

/** The figure that an anomaly of a subscription is counted by. */
const COUNTED: Readonly<Partial<Record<Anomaly | 'superseded', keyof SubscriptionReport>>> = {
  lost: 'lost',
  gone: 'gone',
  expired: 'expired',
  dropped: 'dropped',
  duplicateEffect: 'duplicateEffects',
  outOfOrder: 'outOfOrderPerKey',
  superseded: 'superseded',
  unexpected: 'unexpected',
};

/**
 * Sums add up, a verdict says what its figures say, and what is counted against a subscription is shown by messages.
 *
 * @throws AssertionFailure naming what does not fit
 */
export function checkVerdicts(run: Run): void {
  for (const told of report(run).subscriptions) {
    const name = `${told.topic} read by ${told.group}`;
    const dropped = told.lost + told.gone + told.expired + told.dropped;
    const doubled = told.duplicateEffects + told.unexpected;
    assert(
      told.owed === told.applied + dropped + told.superseded + told.deadLettered + told.inFlight,
      () => `${name}: what is owed does not add up`,
    );
    assert(told.delivered >= told.duplicateDeliveries, () => `${name}: more doubled deliveries than deliveries`);
    assert(
      (told.verdict === 'exactly-once effect') === (dropped === 0 && doubled === 0) &&
        (told.verdict === 'at-most-once') === (dropped > 0 && doubled === 0) &&
        (told.verdict === 'at-least-once') === (dropped === 0 && doubled > 0),
      () => `${name}: ${told.verdict}, with ${dropped} dropped and ${doubled} doubled`,
    );
    assert(
      (told.order === 'none') === told.outOfOrderPerKey > 0,
      () => `${name}: order ${told.order}, with ${told.outOfOrderPerKey} out of order`,
    );
    for (const [kind, figure] of Object.entries(COUNTED)) {
      const count = told[figure] as number;
      const shown = told.evidence[kind]?.length ?? 0;
      assert(
        shown >= Math.min(count, EVIDENCE_KEPT) && shown <= EVIDENCE_KEPT,
        () => `${name}: ${count} ${kind}, shown by ${shown} messages`,
      );
    }
  }
}
