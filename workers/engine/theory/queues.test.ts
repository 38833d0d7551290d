/**
 * The engine against queueing theory: a topic with one partition and no delays, read by one instance with c workers, is
 * M/M/c. How a run is accepted: see fixtures/theory/README.md. `SLUICE_LONG=10` runs ten times as many messages, and all
 * cases.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { difference, mean, quantile, type Histogram } from '../core/histogram.ts';
import { copyPlain } from '../core/plain.ts';
import { createRun, fromMs, runUntil, type Run } from '../engine.ts';
import { constant, latency, scenario } from '../testing/scenario-builder.ts';

interface Row {
  readonly metric: string;
  readonly expected: number;
  readonly rel_halfwidth_99_at_1e6?: number;
}

interface Case {
  readonly case_id: string;
  readonly parameters: { readonly arrival_rate: number; readonly service_mean: number; readonly servers: number };
  readonly relaxation_messages: number;
  readonly rows: readonly Row[];
}

const LONG = Number(process.env['SLUICE_LONG'] ?? 1);
const MESSAGES = 60_000 * LONG;
/** z = 2.576 * 1.5 = 3.9. */
const TOLERANCE = 1.5;
/** Rows that are looser than this say nothing. */
const HALFWIDTH_MAX = 0.1;
/** Half a histogram bucket, relative. */
const BUCKET_ERROR = 1 / 128;

function table(name: string): readonly Case[] {
  const text = readFileSync(new URL(`../../fixtures/theory/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly cases: readonly Case[] }).cases;
}

/** The queue as a scenario: everything but the work takes no time. */
function queue({ parameters }: Case, seed: number): Run {
  return createRun(
    scenario(seed)
      .producer('p', { arrivals: { type: 'poisson', ratePerSecond: parameters.arrival_rate } })
      .topic('t')
      .consumer('c', {
        concurrency: parameters.servers,
        workMs: { type: 'exponential', mean: parameters.service_mean * 1000 },
      })
      .publish('p', 't')
      .subscribe('t', 'c', {
        commit: 'auto',
        autoCommitIntervalMs: 60_000,
        sessionTimeoutMs: 45_000,
        network: latency(0),
      })
      .build(),
  );
}

interface Measured {
  readonly sojourn: Histogram;
  readonly wait: Histogram;
  readonly seconds: number;
}

/** Runs past the start, then measures over `messages` messages. */
function measure(run: Run, { parameters, relaxation_messages }: Case, messages: number): Measured {
  const msOf = (count: number): number => (count / parameters.arrival_rate) * 1000;
  const warmMs = msOf(Math.max(1000, 10 * relaxation_messages));
  runUntil(run, fromMs(warmMs));
  const { latency: sojourn, wait } = run.subscriptions[0]!;
  const before = { sojourn: copyPlain(sojourn), wait: copyPlain(wait) };
  runUntil(run, fromMs(warmMs + msOf(messages)));
  const after = run.subscriptions[0]!;
  return {
    sojourn: difference(after.latency, before.sojourn),
    wait: difference(after.wait, before.wait),
    seconds: msOf(messages) / 1000,
  };
}

/** A metric of the tables in seconds, messages or as a probability; undefined where the engine's report has no figure. */
function figure({ sojourn, wait, seconds }: Measured, metric: string, servers: number): number | undefined {
  const percentile = /^(sojourn|wait)_p(\d+)(?:_(\d))?$/.exec(metric);
  if (percentile !== null) {
    const of = percentile[1] === 'sojourn' ? sojourn : wait;
    return quantile(of, Number(`${percentile[2]}.${percentile[3] ?? 0}`) / 100) / 1e9;
  }
  const waiting = 1 - wait.counts[0]! / wait.total;
  switch (metric) {
    case 'W':
      return mean(sojourn) / 1e9;
    case 'Wq':
      return mean(wait) / 1e9;
    case 'L':
      return sojourn.sum / 1e9 / seconds;
    case 'Lq':
      return wait.sum / 1e9 / seconds;
    case 'utilisation':
      return (sojourn.sum - wait.sum) / 1e9 / seconds / servers;
    case 'P_wait':
    case 'erlang_c':
      return waiting;
    default:
      return undefined;
  }
}

/** Rows on which the run disagrees with theory, as sentences; and how many were compared. */
function compare(given: Case, seed: number): { readonly compared: number; readonly wrong: readonly string[] } {
  const measured = measure(queue(given, seed), given, MESSAGES);
  const n = measured.sojourn.total;
  let compared = 0;
  const wrong: string[] = [];
  for (const { metric, expected, rel_halfwidth_99_at_1e6: width } of given.rows) {
    const found = figure(measured, metric, given.parameters.servers);
    if (found === undefined || width === undefined || expected === 0) continue;
    const halfwidth = width * Math.sqrt(1e6 / n);
    if (halfwidth > HALFWIDTH_MAX) continue;
    compared += 1;
    const allowed = TOLERANCE * halfwidth + (metric.includes('_p') ? BUCKET_ERROR : 0);
    const off = found / expected - 1;
    if (Math.abs(off) > allowed)
      wrong.push(
        `${metric}: ${found} instead of ${expected}, off by ${(off * 100).toFixed(2)} % of ${(allowed * 100).toFixed(2)} % allowed`,
      );
  }
  return { compared, wrong };
}

const EVERYDAY = new Set(['mm1-rho0.5-mu100', 'mm1-rho0.8-mu100', 'mmc-c2-rho0.8-mu50', 'mmc-c16-rho0.8-mu50']);

describe('queueing theory', () => {
  for (const name of ['01-mm1', '02-mmc']) {
    for (const given of table(name)) {
      if (LONG === 1 && !EVERYDAY.has(given.case_id)) continue;
      test(`[TH1] [LG16] ${given.case_id} agrees in means, probabilities and percentiles`, () => {
        const { compared, wrong } = compare(given, 20_260_729);
        expect(wrong).toEqual([]);
        expect(compared).toBeGreaterThan(1);
      }, 600_000);
    }
  }

  test('[TH2] without randomness the sums are exact: D/D/1', () => {
    // A message every 10 ms, 8 ms of work: nobody waits, and the server is busy four fifths of the time.
    const run = createRun(
      scenario()
        .producer('p', { arrivals: { type: 'constant', ratePerSecond: 100 }, limit: 1000 })
        .topic('t')
        .consumer('c', { workMs: constant(8) })
        .publish('p', 't')
        .subscribe('t', 'c', { commit: 'auto' })
        .build(),
    );
    runUntil(run, fromMs(20_000));
    const { latency: sojourn, wait } = run.subscriptions[0]!;
    expect([sojourn.total, sojourn.sum, wait.sum]).toEqual([1000, 8e9, 0]);
  });
});
