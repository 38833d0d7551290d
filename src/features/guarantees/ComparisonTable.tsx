import { backlogWords } from '../../../workers/scenario/backlog-words.ts';
import { useDocument } from '../../document/store.ts';
import { Mark } from '../../ui/marks.tsx';
import { NO_FIGURE, writeAmount, writeCount, writeDuration } from '../../ui/numbers.ts';
import type { StateKind } from '../../ui/states.ts';
import type { SubscriptionReport } from '../../simulation/polling.ts';
import { subscriptionTitle } from '../../simulation/subscription-title.ts';
import { partsOf, type Parts } from './parts.ts';
import { VerdictIcon } from './SubscriptionCard.tsx';
import { subscriptionSum, SUBSCRIPTION_FIGURES } from './sums.ts';
import type { Names } from './use-names.ts';
import { deliveryVerdict, orderVerdict } from './verdicts.ts';
import classes from './guarantees.module.css';

interface ComparisonTableProps {
  readonly subscriptions: readonly SubscriptionReport[];
  /** How long the run has been going, milliseconds. */
  readonly untilMs: number;
  readonly names: Names;
}

const FAMILY_NAMES: Readonly<Record<SubscriptionReport['family'], string>> = {
  log: 'Kafka',
  amqp: 'RabbitMQ',
  sqs: 'SQS',
  table: 'table',
};

/** Whether it is brokers that are held against each other, and not groups of one. */
export function hasSeveralFamilies(subscriptions: readonly SubscriptionReport[]): boolean {
  return new Set(subscriptions.map(({ family }) => family)).size > 1;
}

interface Row {
  readonly label: string;
  readonly mark: StateKind | null;
  readonly plain?: boolean;
  readonly count: (subscription: SubscriptionReport) => number;
  readonly write?: (value: number) => string;
}

const LATENCIES: readonly Row[] = (['p50Ms', 'p95Ms', 'p99Ms', 'p999Ms'] as const).map((quantile) => ({
  label: `latency ${quantile.replace('Ms', '').replace('999', '99.9')}`,
  mark: null,
  count: ({ latency }) => latency?.[quantile] ?? Number.NaN,
  write: writeDuration,
}));

/** Every figure of all subscriptions, one column each, for holding them against each other. */
export function ComparisonTable({ subscriptions: all, untilMs, names }: ComparisonTableProps) {
  const nodes = useDocument((state) => state.design.nodes);
  const subscriptions = asDrawn(all, nodes);
  const edges = useDocument((state) => state.design.edges);
  const [first] = subscriptions;
  if (first === undefined) return null;
  const sumRows: readonly Row[] = subscriptionSum(first).parts.map((part) => ({
    label: part.label,
    mark: part.mark,
    count: (subscription) => Number(subscription[part.figure as keyof SubscriptionReport]),
  }));
  const figureRows: readonly Row[] = SUBSCRIPTION_FIGURES.map(({ figure, label, mark, harmless = false }) => ({
    label,
    mark,
    plain: harmless,
    count: (subscription) => Number(subscription[figure]),
  }));
  const backlog = backlogWords(subscriptions.map(({ family }) => family));
  const mixed = hasSeveralFamilies(subscriptions);
  const measured = [
    { label: 'throughput', write: ({ applied }: SubscriptionReport) => writeRate(applied, untilMs) },
    { label: 'could be read again', write: replayInWords },
    {
      label: 'made of',
      write: ({ topic, consumers }: SubscriptionReport) => partsInWords(partsOf({ nodes, edges }, topic, consumers)),
    },
  ];
  const rows = [...sumRows, ...figureRows, { label: backlog.name, mark: null, count: lagOf }, ...LATENCIES];
  return (
    <div className={classes.tableScroll}>
      <table className={classes.table}>
        <caption className={classes.spoken}>Subscriptions compared</caption>
        <thead>
          <tr>
            <th scope="col">Subscription</th>
            {subscriptions.map((subscription) => (
              <th key={keyOf(subscription)} scope="col">
                {subscriptionTitle(subscription, names)}
                {mixed && <span className={classes.family}>{FAMILY_NAMES[subscription.family]}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(['delivery', 'order'] as const).map((aspect) => (
            <tr key={aspect}>
              <th scope="row">{aspect}</th>
              {subscriptions.map((subscription) => {
                const verdict = aspect === 'order' ? orderVerdict(subscription) : deliveryVerdict(subscription);
                return (
                  <td key={keyOf(subscription)}>
                    <span className={classes.verdictCell}>
                      <VerdictIcon tone={verdict.tone} aspect={aspect} /> {verdict.title}
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
          {measured.map(({ label, write }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {subscriptions.map((subscription) => (
                <td key={keyOf(subscription)}>{write(subscription)}</td>
              ))}
            </tr>
          ))}
          <tr className={classes.totalRow}>
            <th scope="row">owed</th>
            {subscriptions.map((subscription) => (
              <td key={keyOf(subscription)}>{writeCount(subscription.owed)}</td>
            ))}
          </tr>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">
                {row.mark !== null && <Mark kind={row.mark} size={12} plain={row.plain === true} />} {row.label}
              </th>
              {subscriptions.map((subscription) => {
                const count = row.count(subscription);
                return (
                  <td key={keyOf(subscription)} data-zero={count === 0 || undefined}>
                    {Number.isNaN(count) ? NO_FIGURE : (row.write ?? writeCount)(count)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** In the order of what is read, in the document; the run numbers them by when they began. */
function asDrawn(
  subscriptions: readonly SubscriptionReport[],
  nodes: readonly { readonly id: string }[],
): readonly SubscriptionReport[] {
  const places = new Map(nodes.map(({ id }, place) => [id, place]));
  const place = ({ topic }: SubscriptionReport) => places.get(topic) ?? nodes.length;
  return subscriptions.toSorted((a, b) => place(a) - place(b));
}

/** Messages a second over the whole run. */
function writeRate(applied: number, untilMs: number): string {
  return untilMs > 0 ? `${writeCount(Math.round((applied / untilMs) * 1000))}/s` : NO_FIGURE;
}

function replayInWords({ replayable }: SubscriptionReport): string {
  return replayable === 0 ? 'nothing' : writeAmount(replayable, 'message');
}

function partsInWords({ nodes, edges, settings }: Parts): string {
  return `${writeAmount(nodes + edges, 'part')}, ${writeAmount(settings, 'setting')}`;
}

const lagOf = ({ lag }: SubscriptionReport): number => lag;

function keyOf({ topic, group }: SubscriptionReport): string {
  return `${topic} ${group}`;
}
