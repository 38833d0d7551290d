/** What a transaction does to the messages that handlers worked on in it: effects and positions count with the commit. */
import { applyEffect, dropChance } from '../../../ledger/ledger.ts';
import { HOP, noteHop } from '../../../ledger/hops.ts';
import type { Run } from '../../../state.ts';
import { savePosition } from '../../../handlers/commit.ts';
import type { TransactionInput, TransactionState } from './transaction-state.ts';

/** [KT7] [KT10] Positions are saved and effects take place, both at once. */
export function commitInputs(
  run: Run,
  inputs: readonly TransactionInput[],
  offsets: TransactionState['offsets'],
): void {
  for (const { row, cursor: cursorIndex, offset, instance: index } of inputs) {
    const cursor = run.cursors[cursorIndex]!;
    const instance = run.instances[index]!;
    const consumer = run.consumers[instance.consumer]!;
    applyEffect(run, row, run.subscriptions[cursor.subscription]!, consumer.settings.concurrency > 1);
    noteHop(run, row, HOP.applied, index, cursor.partition, offset);
    instance.applied += 1;
    consumer.applied += 1;
  }
  for (const { cursor, offset, seeks } of offsets) savePosition(run, cursor, offset, seeks);
  for (const { row, cursor } of inputs) dropInput(run, row, cursor);
}

/** The work was done, and has no effect: whoever reads from the saved position does it again. */
export function abortInputs(run: Run, inputs: readonly TransactionInput[]): void {
  for (const { row, cursor: cursorIndex, offset, instance } of inputs) {
    noteHop(run, row, HOP.rolledBack, instance, run.cursors[cursorIndex]!.partition, offset);
    dropInput(run, row, cursorIndex);
  }
}

function dropInput(run: Run, row: number, cursor: number): void {
  dropChance(run, row, run.subscriptions[run.cursors[cursor]!.subscription]!.slot);
}
