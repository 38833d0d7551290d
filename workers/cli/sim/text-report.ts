import { nameOf, namesOf, subscriptionName, type Names } from './names.ts';
import type { CheckReport, LatencySummary, Report } from '../../engine/report.ts';
import { pressure, requests, scaling } from './text-patterns.ts';
import { durationText } from './duration.ts';
import { count, milliseconds, plainName, tableLines } from './table.ts';

/** The report for a person at a terminal, ending with a line break. */
export function textReport(report: Report): string {
  const names = namesOf(report.nodes);
  const sections = [
    head(report),
    sources(report, names),
    subscriptions(report, names),
    latencies(report, names),
    requests(report, names),
    scaling(report, names),
    pressure(report, names),
    checks(report.checks, names),
    [`Digest ${report.digest}`],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function head({ title, seed, untilMs, events, messages, engine }: Report): string[] {
  const facts = [
    `seed ${seed}`,
    `0 to ${durationText(untilMs)}`,
    `${count(messages)} messages`,
    `${count(events)} events`,
    `engine ${engine}`,
  ];
  return [plainName(title) || 'Untitled', facts.join(' · ')];
}

function sources(report: Report, names: Names): string[] {
  if (report.sources.length === 0) return [];
  const figures = ['attempted', 'acknowledged', 'refused', 'unknown', 'waiting', 'retries', 'appended'] as const;
  return tableLines(
    [{ head: 'Source', left: true }, ...figures.map((figure) => ({ head: figure }))],
    report.sources.map((source) => [
      `${nameOf(names, source.node)} → ${nameOf(names, source.topic)}`,
      ...figures.map((figure) => count(source[figure])),
    ]),
  );
}

const column = (text: string): { head: string } => ({ head: text });

function subscriptions(report: Report, names: Names): string[] {
  if (report.subscriptions.length === 0) return [];
  const counts = tableLines(
    [
      { head: 'Subscription', left: true },
      ...['owed', 'applied', 'lost', 'gone', 'expired', 'superseded', 'dropped', 'dead letters'].map(column),
      ...['in flight', 'recovered', 'lag'].map(column),
    ],
    report.subscriptions.map((row) => [
      subscriptionName(names, row),
      ...[row.owed, row.applied, row.lost, row.gone, row.expired, row.superseded, row.dropped, row.deadLettered].map(
        count,
      ),
      ...[row.inFlight, row.recovered, row.lag].map(count),
    ]),
  );
  const verdicts = tableLines(
    [
      { head: 'Guarantees', left: true },
      { head: 'seen to be', left: true },
      { head: 'order', left: true },
      ...['duplicate effects', 'redelivered', 'out of order', 'unexpected', 'skipped'].map(column),
    ],
    report.subscriptions.map((row) => [
      subscriptionName(names, row),
      row.verdict,
      row.order,
      ...[row.duplicateEffects, row.duplicateDeliveries, row.outOfOrderPerKey, row.unexpected, row.skipped].map(count),
    ]),
  );
  return [...counts, '', ...verdicts];
}

function latencies(report: Report, names: Names): string[] {
  const figures = ['meanMs', 'p50Ms', 'p95Ms', 'p99Ms', 'p999Ms', 'maxMs'] as const;
  const heads = ['count', 'mean', 'p50', 'p95', 'p99', 'p99.9', 'max'];
  const rows = report.subscriptions.flatMap((row) =>
    row.latency === null ? [] : [latencyCells(subscriptionName(names, row), row.latency, figures)],
  );
  if (rows.length === 0) return [];
  return tableLines([{ head: 'Latency, ms', left: true }, ...heads.map((text) => ({ head: text }))], rows);
}

function latencyCells(name: string, latency: LatencySummary, figures: readonly (keyof LatencySummary)[]): string[] {
  return [name, count(latency.count), ...figures.map((figure) => milliseconds(latency[figure]))];
}

function checks(rows: readonly CheckReport[], names: Names): string[] {
  if (rows.length === 0) return ['Checks: none'];
  const failed = rows.filter((row) => !row.holds).length;
  const total = `${count(rows.length)} ${rows.length === 1 ? 'check' : 'checks'}`;
  const summary =
    failed === 0 ? `Checks: all hold (${total})` : `Checks: ${count(failed)} of ${count(rows.length)} failed`;
  const lines = tableLines(
    [
      { head: '', left: true },
      { head: 'claim', left: true },
      { head: 'of', left: true },
      { head: 'finding', left: true },
    ],
    rows.map((row) => [row.holds ? '✓ holds' : '✗ fails', row.claim, nameOf(names, row.of), finding(row)]),
  );
  return [summary, ...lines.map((line) => `  ${line}`)];
}

function finding({ finding: sentence, firstBreachMs, messages }: CheckReport): string {
  const first = firstBreachMs === null ? '' : ` First at ${durationText(firstBreachMs)}.`;
  const shown =
    messages.length === 0 ? '' : ` Messages ${messages.slice(0, 5).join(', ')}${messages.length > 5 ? ' …' : ''}.`;
  return plainText(sentence) + first + shown;
}

function plainText(sentence: string): string {
  return sentence.replaceAll(/\p{C}+/gu, ' ');
}
