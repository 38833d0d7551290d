/** Two reports of one instant held against each other: which figures differ, by how much, and for better or worse. */
import { backlogWords, type BacklogWords } from '../../../workers/scenario/backlog-words.ts';
import type { CheckReport, Report, SourceReport, SubscriptionReport } from '../../simulation/polling.ts';
import { subscriptionTitle } from '../../simulation/subscription-title.ts';
import { NO_FIGURE, writeCount, writeDuration, writeInstant } from '../../ui/numbers.ts';
import { capitalised } from '../../ui/words.ts';

/** What the right one is, seen from the left one. */
export type Change = 'same' | 'better' | 'worse' | 'other';

export interface ComparedRow {
  readonly label: string;
  readonly left: string;
  readonly right: string;
  readonly change: Change;
  /** "+12", "−3.4 ms"; empty where the two are the same or no numbers. */
  readonly difference: string;
}

export interface ComparedPart {
  readonly title: string;
  readonly rows: readonly ComparedRow[];
}

interface Figure<Subject> {
  readonly label: string;
  /** NaN for a figure that does not exist yet. */
  readonly read: (subject: Subject) => number;
  readonly write: (value: number) => string;
  /** Which way is better; null where more is neither. */
  readonly better: 'more' | 'less' | null;
}

const count = <Subject>(
  label: string,
  read: (subject: Subject) => number,
  better: 'more' | 'less' | null = 'less',
): Figure<Subject> => ({ label, read, write: writeCount, better });

const SOURCE: readonly Figure<SourceReport>[] = [
  count('Attempted', ({ attempted }) => attempted, null),
  count('Acknowledged', ({ acknowledged }) => acknowledged, 'more'),
  count('Refused', ({ refused }) => refused),
  count('Unknown', ({ unknown }) => unknown),
  count('Waiting', ({ waiting }) => waiting),
  count('Retries', ({ retries }) => retries),
];

const QUANTILES = {
  'Latency p50': 'p50Ms',
  'Latency p95': 'p95Ms',
  'Latency p99': 'p99Ms',
  'Latency p99.9': 'p999Ms',
} as const;

/** What is behind is called as its broker calls it. */
const subscriptionFigures = ({ name }: BacklogWords): readonly Figure<SubscriptionReport>[] => [
  count('Applied', ({ applied }) => applied, 'more'),
  count('In flight', ({ inFlight }) => inFlight),
  count('Lost', ({ lost }) => lost),
  count('Gone', ({ gone }) => gone),
  count('Expired', ({ expired }) => expired),
  count('Superseded', ({ superseded }) => superseded),
  count('Dropped', ({ dropped }) => dropped),
  count('Dead-lettered', ({ deadLettered }) => deadLettered),
  count('Unexpected', ({ unexpected }) => unexpected),
  count('Duplicate effects', ({ duplicateEffects }) => duplicateEffects),
  count('Duplicate deliveries', ({ duplicateDeliveries }) => duplicateDeliveries),
  count('Out of order per key', ({ outOfOrderPerKey }) => outOfOrderPerKey),
  count(capitalised(name), ({ lag }) => lag),
  count(`Largest ${name}`, ({ lagMax }) => lagMax),
  count('Rebalances', ({ rebalances }) => rebalances, null),
  ...Object.entries(QUANTILES).map(([label, quantile]): Figure<SubscriptionReport> => ({
    label,
    read: ({ latency }) => latency?.[quantile] ?? Number.NaN,
    write: writeDuration,
    better: 'less',
  })),
];

/** Strongest first. */
const GUARANTEES = ['exactly-once effect', 'at-least-once', 'at-most-once', 'none'] as const;
const ORDERS = ['global', 'per key', 'none'] as const;

/** Parts that only one of the two has stand there with the other side empty. */
export function compareReports(left: Report, right: Report): readonly ComparedPart[] {
  const names = new Map([...right.nodes, ...left.nodes].map(({ id, name }) => [id, name]));
  const nameOf = (id: string): string => names.get(id) ?? id;
  const sources = pairs(left.sources, right.sources, ({ edge }) => edge);
  const subscriptions = pairs(left.subscriptions, right.subscriptions, ({ topic, group }) => `${topic} ${group}`);
  const checks = pairs(left.checks, right.checks, ({ id }) => id);
  const parts: ComparedPart[] = [
    ...subscriptions.map(({ some, a, b }) => ({
      title: subscriptionTitle(some, nameOf),
      rows: [
        ranked('Delivery', GUARANTEES, a?.verdict, b?.verdict),
        ranked('Order', ORDERS, a?.order, b?.order),
        ...subscriptionFigures(backlogWords([some.family])).map((figure) => figureRow(figure, a, b)),
      ],
    })),
    ...sources.map(({ some, a, b }) => ({
      title: `${nameOf(some.node)} → ${nameOf(some.topic)}`,
      rows: SOURCE.map((figure) => figureRow(figure, a, b)),
    })),
  ];
  const backlogOf = (consumer: string): string =>
    capitalised(backlogWords(readsOf([left, right], consumer).map(({ family }) => family)).name);
  const labelOf = ({ claim, of }: CheckReport): string =>
    `${claim === 'lagBelow' ? backlogOf(of) : (CLAIMS[claim] ?? claim)}, ${nameOf(of)}`;
  if (checks.length > 0)
    parts.push({ title: 'Checks', rows: checks.map(({ some, a, b }) => checkRow(labelOf(some), a, b)) });
  return parts;
}

/** What a consumer reads, in any of the reports. */
function readsOf(reports: readonly Report[], consumer: string): readonly SubscriptionReport[] {
  return reports.flatMap(({ subscriptions }) => subscriptions.filter(({ consumers }) => consumers.includes(consumer)));
}

interface Pair<Item> {
  /** Whichever is there. */
  readonly some: Item;
  readonly a: Item | undefined;
  readonly b: Item | undefined;
}

/** In the order of the left ones, then what only the right has. */
function pairs<Item>(
  left: readonly Item[],
  right: readonly Item[],
  key: (item: Item) => string,
): readonly Pair<Item>[] {
  const byKey = new Map(right.map((item) => [key(item), item]));
  const known = new Set(left.map(key));
  return [
    ...left.map((a) => ({ some: a, a, b: byKey.get(key(a)) })),
    ...right.filter((item) => !known.has(key(item))).map((b) => ({ some: b, a: undefined, b })),
  ];
}

function figureRow<Subject>(figure: Figure<Subject>, a: Subject | undefined, b: Subject | undefined): ComparedRow {
  const { label, read, write, better } = figure;
  const [before, after] = [a, b].map((subject) => (subject === undefined ? Number.NaN : read(subject))) as [
    number,
    number,
  ];
  const [left, right] = [before, after].map((value) => (Number.isNaN(value) ? NO_FIGURE : write(value))) as [
    string,
    string,
  ];
  const delta = after - before;
  // What is written alike is alike for the eye that compares.
  if (left === right) return { label, left, right, change: 'same', difference: '' };
  if (Number.isNaN(delta)) return { label, left, right, change: 'other', difference: '' };
  const improved = better === 'more' ? delta > 0 : delta < 0;
  const change: Change = better === null ? 'other' : improved ? 'better' : 'worse';
  return { label, left, right, change, difference: `${delta > 0 ? '+' : '−'}${write(Math.abs(delta))}` };
}

function ranked<Grade extends string>(
  label: string,
  grades: readonly Grade[],
  a: Grade | undefined,
  b: Grade | undefined,
): ComparedRow {
  const write = (grade: Grade | undefined) => (grade === undefined ? NO_FIGURE : capitalised(grade));
  const row = { label, left: write(a), right: write(b), difference: '' };
  if (a === b) return { ...row, change: 'same' };
  if (a === undefined || b === undefined) return { ...row, change: 'other' };
  return { ...row, change: grades.indexOf(b) < grades.indexOf(a) ? 'better' : 'worse' };
}

/** What claims are about; that a backlog stays low is named by what is read. */
const CLAIMS: Readonly<Record<string, string>> = {
  noLoss: 'Nothing lost',
  noDuplicateEffects: 'No effect twice',
  orderPerKey: 'Order per key',
  latencyBelow: 'Latency',
  availabilityAbove: 'Availability',
};

function checkRow(label: string, a: CheckReport | undefined, b: CheckReport | undefined): ComparedRow {
  const row = { label, left: outcomeOf(a), right: outcomeOf(b), difference: '' };
  if (a === undefined || b === undefined) return { ...row, change: a === b ? 'same' : 'other' };
  if (a.holds === b.holds) return { ...row, change: row.left === row.right ? 'same' : 'other' };
  return { ...row, change: b.holds ? 'better' : 'worse' };
}

function outcomeOf(check: CheckReport | undefined): string {
  if (check === undefined) return NO_FIGURE;
  if (check.holds) return 'Holds';
  return check.firstBreachMs === null ? 'Broken' : `Broken at ${writeInstant(check.firstBreachMs)}`;
}
