/** Inputs of a transaction: the messages that handlers worked on in it. Each holds a chance until the outcome is known. */
import { dropChance } from '../../../ledger/ledger.ts';
import { HOP, noteHop } from '../../../ledger/hops.ts';
import type { Run } from '../../../state.ts';
import type { TransactionInput } from './transaction-state.ts';
import { logSubscription } from '../subscription.ts';

/** The work was done, and has no effect: whoever reads from the saved position does it again. */
export function abortInputs(run: Run, inputs: readonly TransactionInput[]): void {
  for (const { row, cursor: cursorIndex, offset, instance, failed } of inputs) {
    if (!failed) noteHop(run, row, HOP.rolledBack, instance, run.cursors[cursorIndex]!.partition, offset);
    dropInput(run, row, cursorIndex);
  }
}

export function dropInput(run: Run, row: number, cursor: number): void {
  dropChance(run, row, logSubscription(run, run.cursors[cursor]!.subscription).slot);
}
