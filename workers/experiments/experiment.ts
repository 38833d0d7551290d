/** An experiment: one scenario run several times with different luck, told as means with confidence intervals. */
import * as engine from '../engine/engine.ts';
import type { CheckReport, LatencySummary, SourceWindow, SubscriptionWindow, WindowReport } from '../engine/report.ts';
import type { Scenario } from '../scenario/document.ts';
import { estimateOf, type Estimate } from './estimate.ts';
import { replicationSeed } from './seeds.ts';
import type { WarmUp } from './warm-up.ts';

/** Every number of a record as a mean over replications. */
type Estimated<Row> = { readonly [Name in keyof Row]: Row[Name] extends number ? Estimate : Row[Name] };
type Latencies = 'latency' | 'wait';

type SourceEstimates = Estimated<SourceWindow>;
/** Latencies are null when no replication applied anything; else they are over the replications that did. */
type SubscriptionEstimates = Omit<Estimated<SubscriptionWindow>, Latencies> &
  Readonly<Record<Latencies, Estimated<LatencySummary> | null>>;

export interface Replication {
  readonly seed: number;
  /** 16 hexadecimal digits over every event, the warm-up included. */
  readonly digest: string;
  readonly events: number;
  readonly messages: number;
  readonly checks: readonly CheckReport[];
  readonly window: WindowReport;
}

/** A claim of the scenario, judged over the whole of every replication. */
interface ClaimCount {
  readonly id: string;
  readonly claim: string;
  readonly of: string;
  /** Replications in which it held. */
  readonly held: number;
}

/** What the command line prints of an experiment. */
export interface ExperimentReport {
  readonly format: 'sluice-experiment/1';
  readonly engine: string;
  readonly title: string;
  readonly untilMs: number;
  readonly warmUp: WarmUp;
  readonly replications: readonly Pick<Replication, 'seed' | 'digest' | 'events' | 'messages'>[];
  readonly sources: readonly SourceEstimates[];
  readonly subscriptions: readonly SubscriptionEstimates[];
  readonly checks: readonly ClaimCount[];
}

/** One replication of a scenario, its journal included, measured from the end of the warm-up on. */
export function replicate(scenario: Scenario, index: number, warmUpMs: number, untilMs: number): Replication {
  const seed = replicationSeed(scenario.seed, index);
  const timeline = engine.createTimeline(engine, { ...scenario, seed }, { limits: { bytesMax: 0 } });
  engine.advance(timeline, engine.fromMs(warmUpMs));
  const since = engine.readingOf(timeline.run);
  engine.advance(timeline, engine.fromMs(untilMs));
  const { digest, events, messages, checks } = engine.report(timeline.run);
  return { seed, digest, events, messages, checks, window: engine.windowOf(timeline.run, since) };
}

/**
 * The means of replications of one scenario over one span of time.
 *
 * @param replications at least one
 * @param confidence in `(0, 1)`
 */
export function summarizeExperiment(
  scenario: Scenario,
  replications: readonly Replication[],
  { warmUp, untilMs, confidence }: { readonly warmUp: WarmUp; readonly untilMs: number; readonly confidence: number },
): ExperimentReport {
  const windows = replications.map(({ window }) => window);
  return {
    format: 'sluice-experiment/1',
    engine: engine.ENGINE_VERSION,
    title: scenario.title,
    untilMs,
    warmUp,
    replications: replications.map(({ seed, digest, events, messages }) => ({ seed, digest, events, messages })),
    sources: windows[0]!.sources.map((_, i) =>
      estimated(
        windows.map(({ sources }) => sources[i]!),
        confidence,
      ),
    ),
    subscriptions: windows[0]!.subscriptions.map((_, i) =>
      estimatedSubscription(
        windows.map(({ subscriptions }) => subscriptions[i]!),
        confidence,
      ),
    ),
    checks: replications[0]!.checks.map(({ id, claim, of }, i) => ({
      id,
      claim,
      of,
      held: replications.filter(({ checks }) => checks[i]!.holds).length,
    })),
  };
}

function estimatedSubscription(rows: readonly SubscriptionWindow[], confidence: number): SubscriptionEstimates {
  const counts = rows.map(({ latency: _latency, wait: _wait, ...counted }) => counted);
  const latencies = (of: Latencies): Estimated<LatencySummary> | null => {
    const measured = rows.flatMap((row) => row[of] ?? []);
    return measured.length === 0 ? null : estimated(measured, confidence);
  };
  return { ...estimated(counts, confidence), latency: latencies('latency'), wait: latencies('wait') };
}

/** Numbers become estimates; names, which are the same in every row, stay. */
function estimated<Row extends object>(rows: readonly Row[], confidence: number): Estimated<Row> {
  const names = Object.keys(rows[0]!) as (keyof Row)[];
  const cell = (name: keyof Row): unknown => {
    const values = rows.map((row) => row[name]);
    return typeof values[0] === 'number' ? estimateOf(values as number[], confidence) : values[0];
  };
  return Object.fromEntries(names.map((name) => [name, cell(name)])) as Estimated<Row>;
}
