/** Accounts of a subscription: what stands in them of one obligation. Part of the ledger, see `ledger.ts`. */
import type { Run } from '../state.ts';
import { M, O } from './layout.ts';
import { CLASS, obligationAt, STATUS_ACKNOWLEDGED, STATUS_REFUSED, STATUS_UNKNOWN } from './messages.ts';
import type { SubscriptionState } from './subscription.ts';

/** The subscription that a message's obligation `slot` belongs to. */
export function subscriptionOf(run: Run, row: number, slot: number): SubscriptionState {
  const { messages } = run;
  return run.subscriptions[messages.obligations.rows[obligationAt(messages, row, slot) + O.subscription]!]!;
}

/** Takes an obligation into (`by` = 1) or out of (-1) its subscription's accounts, as it stands. */
export function count(run: Run, subscription: SubscriptionState, row: number, slot: number, by: 1 | -1): void {
  const { messages } = run;
  const { obligations } = messages;
  const i = obligationAt(messages, row, slot);
  const status = messages.int[row + M.status]!;
  const kind = obligations.rows[i + O.class]!;
  const ledger = subscription.ledger;
  if (status === STATUS_ACKNOWLEDGED || status === STATUS_UNKNOWN) {
    if (kind === CLASS.inFlight) ledger.inFlight += by;
    else if (kind === CLASS.applied) ledger.applied += by;
    else if (kind === CLASS.lost) ledger.lost += by;
    else if (kind === CLASS.gone) ledger.gone += by;
    else if (kind === CLASS.expired) ledger.expired += by;
    else if (kind === CLASS.superseded) ledger.superseded += by;
    else if (kind === CLASS.dropped) ledger.dropped += by;
    else if (kind === CLASS.deadLettered) ledger.deadLettered += by;
    if (status === STATUS_ACKNOWLEDGED && kind === CLASS.inFlight && obligations.rows[i + O.delivered] === 0)
      ledger.unseen += by;
    if (status === STATUS_UNKNOWN && kind === CLASS.applied) ledger.recovered += by;
  } else if (status === STATUS_REFUSED && obligations.rows[i + O.applied]! > 0) {
    ledger.unexpected += by;
  }
}
