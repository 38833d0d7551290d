/** What the outcome of a transaction does to what was consumed in it: effects and positions count with the commit. */
import { savePosition } from '../../../handlers/commit.ts';
import { applyEffect } from '../../../ledger/ledger.ts';
import { HOP, noteHop } from '../../../ledger/hops.ts';
import type { Run } from '../../../state.ts';
import { abortInputs, dropInput } from './inputs.ts';
import type { TransactionInput } from './transaction-state.ts';
import { logSubscription } from '../subscription.ts';

/** [KT7] [KT10] At the instant of the decision: positions are saved and effects take place, or nothing of it. */
export function transactionDecided(run: Run, index: number, commit: boolean): void {
  const transaction = run.transactions[index]!;
  const { inputs, offsets } = transaction;
  transaction.inputs = [];
  transaction.offsets = [];
  if (!commit) {
    abortInputs(run, inputs);
    return;
  }
  for (const input of inputs) if (!input.failed) takeEffect(run, input);
  for (const { cursor, offset, seeks } of offsets) savePosition(run, cursor, offset, seeks);
  for (const { row, cursor } of inputs) dropInput(run, row, cursor);
}

function takeEffect(run: Run, { row, cursor: cursorIndex, offset, instance: index }: TransactionInput): void {
  const cursor = run.cursors[cursorIndex]!;
  const instance = run.instances[index]!;
  const consumer = run.consumers[instance.consumer]!;
  const subscription = logSubscription(run, cursor.subscription);
  applyEffect(run, row, subscription.slot, subscription, consumer.settings.concurrency > 1);
  noteHop(run, row, HOP.applied, index, cursor.partition, offset);
  instance.applied += 1;
  consumer.applied += 1;
}
