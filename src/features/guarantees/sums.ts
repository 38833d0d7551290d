/**
 * Conservation sums as they are shown: every message of a total stands in exactly one part, and the parts add up.
 */
import type { SourceReport, SubscriptionReport } from '../../simulation/polling.ts';
import type { StateKind } from '../../ui/states.ts';

export interface SumPart {
  /** Name of the figure in the report. */
  readonly figure: string;
  readonly label: string;
  readonly mark: StateKind;
  readonly count: number;
  /** What the part means, in one sentence. */
  readonly meaning: string;
}

export interface Sum {
  readonly total: number;
  readonly totalLabel: string;
  readonly parts: readonly SumPart[];
  /** What the parts lack of the total; 0 unless the engine has miscounted. */
  readonly missing: number;
}

/** attempted = acknowledged + refused + unknown + waiting. */
export function sourceSum(source: SourceReport): Sum {
  return sumOf('attempted', source.attempted, [
    part('acknowledged', 'acknowledged', 'applied', source.acknowledged, 'The source was told that the broker has it.'),
    part('waiting', 'waiting', 'waiting', source.waiting, 'On its way; the source has no answer yet.'),
    part(
      'unknown',
      'unknown',
      'unknown',
      source.unknown,
      'The source cannot know: nobody answers, or no answer came in time. It may be there or not.',
    ),
    part('refused', 'refused', 'refused', source.refused, 'The source was told no, or never sent it: a definite no.'),
  ]);
}

/** owed = applied + in flight + lost + gone + expired + superseded + dropped + dead-lettered. */
export function subscriptionSum(subscription: SubscriptionReport): Sum {
  return sumOf('owed', subscription.owed, [
    part('applied', 'applied', 'applied', subscription.applied, 'The effect took place, at least once.'),
    part('inFlight', 'in flight', 'waiting', subscription.inFlight, 'Not applied yet, and still can be.'),
    part(
      'lost',
      'lost',
      'lost',
      subscription.lost,
      'The source was told that the broker has it, and it can no longer be applied.',
    ),
    part('gone', 'gone', 'gone', subscription.gone, 'Its source could not know, and it can no longer be applied.'),
    part('expired', 'expired', 'expired', subscription.expired, 'Its time was over before it was applied.'),
    part(
      'superseded',
      'superseded',
      'superseded',
      subscription.superseded,
      'Compacted away before it was read: a later record of its key stands for it.',
    ),
    part(
      'dropped',
      'dropped',
      'dead',
      subscription.dropped,
      'A rule of the broker gave it up: rejected, delivered as often as is allowed, or one too many in its queue.',
    ),
    part(
      'deadLettered',
      'dead-lettered',
      'dead',
      subscription.deadLettered,
      'A rule of the broker sent it on to where dead letters go.',
    ),
  ]);
}

function part(figure: string, label: string, mark: StateKind, count: number, meaning: string): SumPart {
  return { figure, label, mark, count, meaning };
}

function sumOf(totalLabel: string, total: number, parts: readonly SumPart[]): Sum {
  const accounted = parts.reduce((sum, { count }) => sum + count, 0);
  return { total, totalLabel, parts, missing: total - accounted };
}

const USUAL = new Set(['applied', 'inFlight', 'lost']);

/** The terms that are written: of a subscription's, those that most runs do not know come when there is something to count. */
export function writtenParts({ parts }: Sum): readonly SumPart[] {
  const subscription = parts.some(({ figure }) => figure === 'inFlight');
  return parts.filter(({ figure, count }) => !subscription || count > 0 || USUAL.has(figure));
}

/** Shares below this are drawn as wide as this: one lost message in a million must be seen. */
const LEAST_SHARE = 0.012;

/**
 * Widths of the parts of a bar, in `[0, 1]` and adding up to 1 (or all 0 for an empty sum). A part with at least one
 * message is never narrower than can be seen; the widest parts make room for it.
 */
export function barShares(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return counts.map(() => 0);
  const small = counts.map((count) => count > 0 && count / total < LEAST_SHARE);
  const widened = small.filter(Boolean).length * LEAST_SHARE;
  const rest = counts.reduce((sum, count, index) => sum + (small[index] === true ? 0 : count), 0);
  return counts.map((count, index) => (small[index] === true ? LEAST_SHARE : (count / rest) * (1 - widened)));
}

/** One figure of a subscription beside its sum. */
export interface SubscriptionFigure {
  readonly figure: keyof SubscriptionReport;
  readonly label: string;
  readonly mark: StateKind;
  /** Its mark goes without the colour: no effect took place that should not have. */
  readonly harmless?: boolean;
  /** Names under which the report keeps its evidence. */
  readonly evidence: readonly string[];
  readonly meaning: string;
}

/** What is counted beside the sum, worst first; all of them are zero in a run that kept every promise. */
export const SUBSCRIPTION_FIGURES: readonly SubscriptionFigure[] = [
  {
    figure: 'duplicateEffects',
    label: 'duplicate effects',
    mark: 'duplicate',
    evidence: ['duplicateEffect'],
    meaning: 'Effects that took place once more for a message already applied.',
  },
  {
    figure: 'outOfOrderPerKey',
    label: 'out of order per key',
    mark: 'out-of-order',
    evidence: ['outOfOrder', 'outOfOrderPerKey'],
    meaning: 'Applied after a later message of the same key.',
  },
  {
    figure: 'outOfOrderGlobal',
    label: 'out of order overall',
    mark: 'out-of-order',
    evidence: ['outOfOrderGlobal'],
    meaning: 'Applied after a later message of the same source. Several partitions alone do this.',
  },
  {
    figure: 'skipped',
    label: 'skipped',
    mark: 'skipped',
    evidence: ['skipped'],
    meaning: "Stepped over by the group's position: it will not be read again by itself.",
  },
  {
    figure: 'unexpected',
    label: 'unexpected',
    mark: 'unexpected',
    evidence: ['unexpected'],
    meaning:
      'Applied although its source was told no, or its transaction was aborted: a reader of what is not committed sees such messages.',
  },
  {
    figure: 'repeatedWork',
    label: 'work repeated',
    mark: 'duplicate',
    harmless: true,
    evidence: ['repeatedWork'],
    meaning:
      'Work done again because its transaction was aborted. The effect counts once, with the commit; a call or a write outside of Kafka happened twice.',
  },
  {
    figure: 'duplicateDeliveries',
    label: 'delivered again',
    mark: 'duplicate',
    harmless: true,
    evidence: ['duplicateDelivery'],
    meaning: 'Copies handed to a handler beyond the first. Harmless where the effect is idempotent.',
  },
  {
    figure: 'recovered',
    label: 'recovered',
    mark: 'unknown',
    evidence: ['recovered'],
    meaning: 'Unknown to its source, and applied all the same.',
  },
  {
    figure: 'unseen',
    label: 'not yet delivered',
    mark: 'waiting',
    evidence: ['unseen'],
    meaning: 'Acknowledged and not handed to a handler yet.',
  },
];

/** Names under which the report may keep evidence for a part of the sum. */
export function partEvidence(figure: string): readonly string[] {
  return [figure];
}
