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

const marks: Readonly<Record<string, StateKind>> = anomalyMarks;

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
  return found.sort((a, b) => b.evidence.atMs - a.evidence.atMs || a.message - b.message);
}
