import { M, O, OBLIGATION } from '../ledger/layout.ts';
import type { Run } from '../state.ts';

/** The slot of a message's obligation to a subscription that it is, or was, owed to. */
export function slotOf({ messages }: Run, row: number, subscription: number): number {
  const first = messages.int[row + M.owedAt]!;
  const { rows } = messages.obligations;
  let slot = 0;
  while (rows[first + slot * OBLIGATION + O.subscription] !== subscription) slot += 1;
  return slot;
}
