/** Messages that showed an anomaly, newest first, out of everything the report keeps as evidence. */
import { anomalyMarks } from '../../icons/anomaly-marks.ts';
import type { Evidence, Report } from '../../simulation/polling.ts';
import type { StateKind } from '../../ui/states.ts';

export interface Anomalous {
  readonly message: number;
  readonly kind: string;
  readonly mark: StateKind;
  readonly evidence: Evidence;
  /** Topic and group of the subscription that it concerns. */
  readonly topic: string;
  readonly consumers: readonly string[];
}

/** Who came again is no anomaly; why it did is what people ask. */
const CAME_AGAIN: Readonly<Record<string, StateKind>> = { redelivered: 'duplicate', duplicateDelivery: 'duplicate' };
const marks: Readonly<Record<string, StateKind>> = { ...anomalyMarks, ...CAME_AGAIN };

/** All evidence of a report; a message stands once for each kind of anomaly it showed in a subscription. */
export function anomalousMessages(report: Report | null): readonly Anomalous[] {
  const found = (report?.subscriptions ?? []).flatMap(({ topic, consumers, evidence }) =>
    Object.entries(evidence).flatMap(([kind, items]) =>
      // What compaction took left by rule, and is no anomaly.
      (kind === 'superseded' ? [] : (items ?? [])).map((item) => ({
        message: item.message,
        kind,
        mark: marks[kind] ?? 'unexpected',
        evidence: item,
        topic,
        consumers,
      })),
    ),
  );
  // An anomaly says more than that the message came again, which may be how it came about; that is said once.
  const shown = found.filter(({ kind, message }) => {
    if (!(kind in CAME_AGAIN)) return true;
    const same = found.filter((other) => other.message === message);
    return same.every((other) => other.kind in CAME_AGAIN) && same[0]!.kind === kind;
  });
  return shown.sort((a, b) => b.evidence.atMs - a.evidence.atMs || a.message - b.message);
}
