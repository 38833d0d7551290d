/** The laws of the ledger, checked by counting everything anew. For tests, after every event; linear in the table. */
import { assert } from '../core/assert.ts';
import { isOffered } from '../brokers/log/offering.ts';
import { isHole } from '../brokers/log/partition.ts';
import { heldRecords } from '../handlers/record-ring.ts';
import { eachCopy } from '../handlers/copies.ts';
import type { Run } from '../state.ts';
import {
  CLASS,
  rowsInUse,
  obligationAt,
  STATUS_ACKNOWLEDGED,
  STATUS_REFUSED,
  STATUS_UNKNOWN,
  STATUS_WAITING,
} from './messages.ts';
import { logSubscription, logSubscriptions } from '../brokers/log/subscription.ts';
import { M, O, OBLIGATION, rowAt } from './layout.ts';

/** @throws AssertionFailure naming the law that does not hold. */
export function checkInvariants(run: Run): void {
  const rows = rowsInUse(run.messages);
  checkSources(run, rows);
  checkChances(run, rows);
  checkAccounts(run, rows);
  checkLogs(run);
  checkKin(run);
}

/** Every kin is held as often as live rows refer to it, and is free when none does. */
function checkKin({ messages }: Run): void {
  const { kin } = messages;
  const holders = new Int32Array(kin.used);
  for (let count = 0; count < kin.of.length; count += 1) {
    const row = rowAt(count);
    const held = [kin.of[count]!];
    for (let each = kin.firstOf[count]!; each >= 0; each = kin.next[each]!) held.push(each);
    for (const each of held) {
      if (each < 0) continue;
      assert(messages.num[row + M.id] !== 0, () => `row ${row} is free and holds kin ${each}`);
      holders[each]! += 1;
    }
  }
  const free = new Set(kin.free);
  assert(free.size === kin.free.length, 'a kin is free twice');
  holders.forEach((count, each) => {
    assert(
      free.has(each) === (count === 0),
      () => `kin ${each}, held ${count} times, is ${free.has(each) ? '' : 'not '}free`,
    );
    assert(
      count === 0 || kin.holders[each] === count,
      () => `kin ${each}: ${kin.holders[each]} holders, ${count} found`,
    );
  });
}

function checkSources(run: Run, rows: readonly number[]): void {
  const waiting = new Float64Array(run.sources.length);
  const { int } = run.messages;
  const { status, source: by } = M;
  for (const row of rows) if (int[row + status] === STATUS_WAITING) waiting[int[row + by]!]! += 1;
  run.sources.forEach((source, index) => {
    const { attempted, acknowledged, refused, unknown, waiting: counted } = source.ledger;
    assert(
      attempted === acknowledged + refused + unknown + counted,
      () => `source ${index}: attempted ${attempted} is not ${acknowledged} + ${refused} + ${unknown} + ${counted}`,
    );
    assert(
      counted === waiting[index],
      () => `source ${index}: ${counted} waiting in the accounts, ${waiting[index]} in the table`,
    );
  });
}

/** What may still be applied, counted from logs and memories, is what the obligations say. */
function checkChances(run: Run, rows: readonly number[]): void {
  const found = new Map<number, number>();
  const add = (row: number, slot: number): void => {
    const i = obligationAt(run.messages, row, slot);
    found.set(i, (found.get(i) ?? 0) + 1);
  };
  for (const subscription of logSubscriptions(run)) {
    if (!subscription.active) continue;
    const topic = run.topics[subscription.topic]!;
    subscription.cursors.forEach((cursorIndex, partition) => {
      const log = topic.partitions[partition]!;
      const cursor = run.cursors[cursorIndex]!;
      for (let offset = Math.max(log.start, cursor.floor); offset < log.end; offset += 1)
        if (isOffered(cursor, offset) && !isHole(log, offset)) add(log.row[offset & log.mask]!, subscription.slot);
    });
  }
  // Copies for a share consumer are told apart as soon as they leave the broker.
  for (const reader of run.readers) {
    if (!reader.share) continue;
    const { slot } = logSubscription(run, run.links[reader.link]!.subscription);
    for (let i = 0; i < reader.inbound.length; i += 3) add(reader.inbound[i + 2]!, slot);
  }
  for (const instance of run.instances) {
    for (const record of heldRecords(instance.records))
      if (record.cursor >= 0) add(record.row, logSubscription(run, run.cursors[record.cursor]!.subscription).slot);
    for (const worker of instance.workers) if (worker.busy && worker.cursor >= 0) add(worker.row, worker.slot);
  }
  eachCopy(run, add);
  for (const { inputs } of [...run.managers, ...run.transactions]) {
    for (const input of inputs) add(input.row, logSubscription(run, run.cursors[input.cursor]!.subscription).slot);
  }
  const { int, num, obligations } = run.messages;
  const { inHand, owedAt, owedCount, id } = M;
  for (const row of rows) {
    let sum = int[row + inHand]!;
    for (let slot = 0; slot < num[row + owedCount]!; slot += 1) {
      const i = int[row + owedAt]! + slot * OBLIGATION;
      const chances = obligations.rows[i + O.chances]!;
      sum += chances;
      assert(
        chances === (found.get(i) ?? 0),
        () => `message ${num[row + id]}: ${chances} chances in the table, ${found.get(i) ?? 0} found`,
      );
      found.delete(i);
    }
    assert(sum > 0, () => `message ${num[row + id]} settled and was not recycled`);
  }
  assert(found.size === 0, 'a copy refers to a message that was recycled');
}

/** Live obligations are what the accounts call in flight; what has settled was counted once. */
function checkAccounts(run: Run, rows: readonly number[]): void {
  const inFlight = new Float64Array(run.subscriptions.length);
  const { int, num, obligations } = run.messages;
  const { status: statusAt, owedAt, owedCount } = M;
  for (const row of rows) {
    const status = int[row + statusAt]!;
    for (let slot = 0; slot < num[row + owedCount]!; slot += 1) {
      const i = int[row + owedAt]! + slot * OBLIGATION;
      const kind = obligations.rows[i + O.class]!;
      const counted = status === STATUS_ACKNOWLEDGED || status === STATUS_UNKNOWN;
      if (counted && kind === CLASS.inFlight) inFlight[obligations.rows[i + O.subscription]!]! += 1;
      const applied = obligations.rows[i + O.applied]! > 0;
      assert(!applied || kind === CLASS.applied, 'an applied obligation is of another class');
      assert(status !== STATUS_REFUSED || kind !== CLASS.lost, 'a refused message was called lost');
    }
  }
  run.subscriptions.forEach((subscription, index) => {
    assert(
      subscription.ledger.inFlight === inFlight[index],
      () =>
        `subscription ${index}: ${subscription.ledger.inFlight} in flight in the accounts, ${inFlight[index]} in the table`,
    );
    for (const figure of [
      'applied',
      'lost',
      'gone',
      'expired',
      'superseded',
      'dropped',
      'deadLettered',
      'unseen',
      'recovered',
      'unexpected',
    ] as const) {
      assert(subscription.ledger[figure] >= 0, () => `subscription ${index}: ${figure} is negative`);
    }
  });
}

function checkLogs(run: Run): void {
  for (const topic of run.topics) {
    topic.partitions.forEach((log, partition) => {
      assert(
        log.start <= log.highWatermark && log.highWatermark <= log.end,
        () => `${topic.id}-${partition}: marks are out of order`,
      );
      for (const index of topic.subscriptions) {
        const cursor = run.cursors[logSubscription(run, index).cursors[partition]!]!;
        assert(cursor.committed <= log.end, () => `${topic.id}-${partition}: committed beyond the log end`);
      }
    });
  }
}
