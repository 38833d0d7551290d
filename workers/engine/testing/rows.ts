/** Laws of storage: every row is either live or free, and no verdict lacks its evidence. For tests. */
import { assert } from '../core/assert.ts';
import { EVIDENCE_KEPT, type Anomaly } from '../ledger/accounts.ts';
import { report, type Run } from '../engine.ts';
import type { SubscriptionReport } from '../report.ts';
import type { Pool } from '../state.ts';

/** @throws AssertionFailure when a row is neither live nor free, or both */
export function checkRows(run: Run): void {
  checkMessages(run);
  checkPool('batch', run.batches);
  checkPool('request', run.requests);
  checkPool('commit', run.commits);
}

function checkMessages({ messages }: Run): void {
  const free = new Set(messages.free.subarray(0, messages.freeCount));
  assert(free.size === messages.freeCount, 'a message row is free twice');
  let owed = 0;
  for (let row = 0; row < messages.used; row += 1) {
    assert((messages.id[row] === 0) === free.has(row), () => `message row ${row} is neither live nor free, or both`);
    owed += messages.owedCount[row]!;
  }
  assert(
    messages.live + messages.freeCount === messages.used,
    () => `${messages.used} message rows, of which ${messages.live} live and ${messages.freeCount} free`,
  );
  for (const [size, blocks] of Object.entries(messages.obligations.free)) owed += Number(size) * blocks.length;
  assert(
    owed === messages.obligations.used,
    () => `${messages.obligations.used} obligations, of which ${owed} live or free`,
  );
}

function checkPool<Row>(name: string, { rows, free }: Pool<Row>): void {
  const freed = new Set(free);
  assert(freed.size === free.length, () => `a ${name} row is free twice`);
  rows.forEach((row, index) => {
    assert((row === null) === freed.has(index), () => `${name} row ${index} is neither live nor free, or both`);
  });
}

/** The figure that an anomaly of a subscription is counted by. */
const COUNTED: Readonly<Partial<Record<Anomaly, keyof SubscriptionReport>>> = {
  lost: 'lost',
  gone: 'gone',
  expired: 'expired',
  duplicateEffect: 'duplicateEffects',
  outOfOrder: 'outOfOrderPerKey',
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
    const dropped = told.lost + told.gone + told.expired;
    const doubled = told.duplicateEffects + told.unexpected;
    assert(told.owed === told.applied + dropped + told.inFlight, () => `${name}: what is owed does not add up`);
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
