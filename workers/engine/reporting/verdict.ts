/** Verdicts: the strongest guarantee that a run did not contradict. */
import type { Guarantee, OrderGuarantee } from '../report.ts';
import type { SubscriptionLedger } from '../ledger/accounts.ts';

/**
 * What was applied contradicts nothing / loss / duplication / both. A fact that never took effect contradicts "at least
 * once", whether its source was told of a success (lost), could not know (gone), retention was faster (expired), or a rule of the broker gave it up (dropped).
 */
export function verdictOf(ledger: SubscriptionLedger): Guarantee {
  const lost = ledger.lost + ledger.gone + ledger.expired + ledger.dropped > 0;
  const doubled = ledger.duplicateEffects > 0 || ledger.unexpected > 0;
  if (lost && doubled) return 'none';
  if (lost) return 'at-most-once';
  return doubled ? 'at-least-once' : 'exactly-once effect';
}

export function orderOf(ledger: SubscriptionLedger): OrderGuarantee {
  if (ledger.outOfOrderPerKey > 0) return 'none';
  return ledger.outOfOrderGlobal > 0 ? 'per key' : 'global';
}
