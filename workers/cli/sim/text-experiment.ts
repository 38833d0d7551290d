import type { Estimate } from '../../experiments/estimate.ts';
import type { ExperimentReport } from '../../experiments/experiment.ts';
import { durationText } from './duration.ts';
import { nameOf, subscriptionName, type Names } from './names.ts';
import { count, milliseconds, plainName, tableLines } from './table.ts';

/** An experiment for a person at a terminal, ending with a line break. */
export function textExperiment(report: ExperimentReport, names: Names): string {
  const sections = [head(report), counts(report, names), latencies(report, names), checks(report, names)];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function head({ title, replications, untilMs, warmUp, engine }: ExperimentReport): string[] {
  const many = replications.length;
  const facts = [
    `${count(many)} ${many === 1 ? 'replication' : 'replications'}`,
    `${durationText(warmUp.ms)} to ${durationText(untilMs)}`,
    `warm-up ${warmUp.by === 'MSER-5' ? `${durationText(warmUp.ms)} by MSER-5` : warmUp.by === 'time' ? durationText(warmUp.ms) : 'none'}`,
    `seed ${replications[0]!.seed}`,
    `engine ${engine}`,
  ];
  const intervals = many === 1 ? [] : ['Means over replications with their 95 % confidence intervals.'];
  return [plainName(title) || 'Untitled', facts.join(' · '), ...intervals];
}

function counts({ subscriptions }: ExperimentReport, names: Names): string[] {
  const figures = [
    'applied',
    'lost',
    'gone',
    'expired',
    'dropped',
    'deadLettered',
    'duplicateEffects',
    'outOfOrderPerKey',
  ] as const;
  const heads = ['applied', 'lost', 'gone', 'expired', 'dropped', 'dead letters', 'duplicate effects', 'out of order'];
  if (subscriptions.length === 0) return [];
  return tableLines(
    [{ head: 'Subscription', left: true }, ...heads.map((text) => ({ head: text }))],
    subscriptions.map((row) => [
      subscriptionName(names, row),
      ...figures.map((figure) => interval(row[figure], amount)),
    ]),
  );
}

function latencies({ subscriptions }: ExperimentReport, names: Names): string[] {
  const figures = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms', 'p999Ms', 'maxMs'] as const;
  const heads = ['mean', 'p50', 'p95', 'p99', 'p99.9', 'max'];
  const rows = subscriptions.flatMap((row) => {
    const { latency } = row;
    return latency === null
      ? []
      : [[subscriptionName(names, row), ...figures.map((figure) => interval(latency[figure], milliseconds))]];
  });
  if (rows.length === 0) return [];
  return tableLines([{ head: 'Latency, ms', left: true }, ...heads.map((text) => ({ head: text }))], rows);
}

function checks({ checks: rows, replications }: ExperimentReport, names: Names): string[] {
  if (rows.length === 0) return ['Checks: none'];
  return [
    'Checks',
    ...tableLines(
      [
        { head: '', left: true },
        { head: 'claim', left: true },
        { head: 'of', left: true },
        { head: 'held in', left: true },
      ],
      rows.map(({ held, claim, of }) => [
        held === replications.length ? '✓ holds' : '✗ fails',
        claim,
        nameOf(names, of),
        `${held} of ${replications.length}`,
      ]),
    ).map((line) => `  ${line}`),
  ];
}

function interval({ mean, halfWidth }: Estimate, text: (value: number) => string): string {
  return halfWidth === null ? text(mean) : `${text(mean)} ± ${text(halfWidth)}`;
}

/** A mean of counts: whole where it can be, one decimal where it is small. */
function amount(value: number): string {
  return value >= 100 || Number.isInteger(value) ? count(Math.round(value)) : value.toFixed(1);
}
