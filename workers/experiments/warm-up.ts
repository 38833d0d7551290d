/** The part of a run before it has forgotten how it began. */
import * as engine from '../engine/engine.ts';
import type { Scenario } from '../scenario/document.ts';
import { mser5 } from './mser.ts';
import { replicationSeed } from './seeds.ts';

/** What to leave out: nothing, a given time, or what MSER-5 finds. */
export type WarmUpChoice =
  | { readonly by: 'none' }
  | { readonly by: 'time'; readonly ms: number }
  | { readonly by: 'MSER-5' };

export interface WarmUp {
  readonly by: WarmUpChoice['by'];
  /** Simulated milliseconds left out of every replication. */
  readonly ms: number;
  /** False when MSER-5 found no end of the warm-up in the first half of the run. */
  readonly settled: boolean;
}

/** Samples of a run for MSER-5: 200 batch means of five, however long it is. */
const SAMPLES = 1000;

/**
 * How long the warm-up of a scenario's replications is. For MSER-5 each is run once for the number of messages in the system,
 * a thousand times at regular instants, and the rule is applied to the mean of these series over the replications (Welch's
 * averaging, Law and Kelton 2000, section 9.5.1), so that all of them leave out the same time.
 *
 * @param untilMs more than a given time
 */
export function findWarmUp(
  scenario: Scenario,
  choice: WarmUpChoice,
  { untilMs, replications }: { readonly untilMs: number; readonly replications: number },
): WarmUp {
  if (choice.by !== 'MSER-5') return { by: choice.by, ms: choice.by === 'time' ? choice.ms : 0, settled: true };
  const sums = Array.from({ length: SAMPLES }, () => 0);
  for (let index = 0; index < replications; index += 1) {
    const seeded = { ...scenario, seed: replicationSeed(scenario.seed, index) };
    const timeline = engine.createTimeline(engine, seeded, { limits: { bytesMax: 0 } });
    for (let i = 0; i < SAMPLES; i += 1) {
      engine.advance(timeline, engine.fromMs((untilMs * (i + 1)) / SAMPLES));
      sums[i]! += inSystem(timeline.run);
    }
  }
  // The common factor 1 / replications changes nothing in the choice of the cut.
  const { samples, settled } = mser5(sums);
  return { by: 'MSER-5', ms: (untilMs * samples) / SAMPLES, settled };
}

/** Messages whose source or whose reader is not through with them, counted once for each reader. */
function inSystem(run: engine.Run): number {
  let count = 0;
  for (const source of run.sources) count += source.ledger.waiting;
  for (const subscription of run.subscriptions) count += subscription.ledger.inFlight;
  return count;
}
