/** The log's own subscriptions among all of a run. */
import type { Run } from '../../state.ts';
import type { SubscriptionState } from '../../ledger/subscription.ts';
import type { LogSubscription } from './log-state.ts';

export function isOfLog(subscription: SubscriptionState): subscription is LogSubscription {
  return subscription.family === 'log';
}

/** One of which it is known that it reads a log, as a cursor's and a link's does. */
export function logSubscription(run: Run, index: number): LogSubscription {
  return run.subscriptions[index]! as LogSubscription;
}

export function logSubscriptions(run: Run): LogSubscription[] {
  return run.subscriptions.filter(isOfLog);
}
