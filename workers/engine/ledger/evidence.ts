/** What a report shows an anomaly by: the first messages of each kind, with their whole history. */
import { writeAnomaly } from '../observe/anomalies.ts';
import type { Run } from '../state.ts';
import { ANOMALIES, EVIDENCE_KEPT, type Anomaly } from './accounts.ts';
import { HOP, hopsOf } from './hops.ts';
import { CLASS, NO_KEY } from './messages.ts';
import type { SubscriptionState } from './subscription.ts';
import { M } from './layout.ts';

/** Evidence is kept with at most this many hops. */
const EVIDENCE_HOPS = 48;

/** An anomaly for the charts and the canvas. `place`: the subscription's, or -1 - that of a source. */
export function noteAnomaly(run: Run, kind: Anomaly, row: number, place: number): void {
  writeAnomaly(run.anomalies, run.nowNs, ANOMALIES.indexOf(kind), run.messages.num[row + M.id]!, place);
}

/** Notes an anomaly where it happened, and keeps a message that shows it. */
export function noteEvidence(
  run: Run,
  subscription: SubscriptionState,
  kind: Anomaly,
  row: number,
  because: string,
): void {
  noteAnomaly(run, kind, row, subscription.index);
  keepEvidence(run, subscription, kind, row, because);
}

/** Keeps a message that shows what a count is made of, with its hops, while there is room. */
export function keepEvidence(
  run: Run,
  subscription: SubscriptionState,
  kind: Anomaly | 'superseded' | 'repeatedWork' | 'duplicateDelivery' | 'redelivered',
  row: number,
  because: string,
): void {
  const kept = (subscription.ledger.evidence[kind] ??= []);
  if (kept.length >= EVIDENCE_KEPT) return;
  const id = run.messages.num[row + M.id]!;
  const hops = hopsOf(run.hops, id, EVIDENCE_HOPS);
  kept.push({
    message: id,
    timeNs: run.nowNs,
    key: run.messages.int[row + M.key]!,
    because,
    hops,
    truncated: hops.length === 0 || hops[0]!.what !== HOP.produced,
  });
}

/** Takes messages out of the evidence of what was written off; others that still are take their places. */
export function forgetEvidence(run: Run, subscription: SubscriptionState, found: ReadonlySet<number>): void {
  const { evidence } = subscription.ledger;
  for (const kind of ['lost', 'gone', 'expired', 'superseded', 'dropped'] as const) {
    const kept = evidence[kind]?.filter(({ message }) => !found.has(message));
    if (kept === undefined) continue;
    const shown = new Set(kept.map(({ message }) => message));
    const others = subscription.missedIds.filter(
      (id, place) => subscription.missedFates[place] === CLASS[kind] && !shown.has(id),
    );
    for (const message of others.slice(0, EVIDENCE_KEPT - kept.length)) {
      const hops = hopsOf(run.hops, message, EVIDENCE_HOPS);
      kept.push({ message, timeNs: run.nowNs, key: NO_KEY, because: '', hops, truncated: true });
    }
    evidence[kind] = kept;
  }
}
