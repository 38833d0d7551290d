import { createRun, eventCount, fromMs, runUntil, type Run } from '../workers/engine/engine.ts';
import { sizeFor, type Bench, type Extent, type Finding } from './bench.ts';
import { logPathDocument, VARIANTS, type Variant } from './log-path/scenario.ts';
import { scenarioOf } from './scenario.ts';
import { applied, steady } from './steady.ts';
import { inTurns, short, type Contestant } from './turns.ts';

const RATES = [10_000, 100_000, 1_000_000, 5_000_000];
/** Messages a wall second, at the highest rate. */
const GOAL = 5e6;
/** Simulated messages a turn: enough that work outweighs clocks, and at low rates no more than some seconds of them. */
const MESSAGES = { smoke: 2000, full: 200_000, long: 1_000_000 };
const LONGEST_TURN_MS = 3000;
/** Until the group has formed and lines have their usual length. */
const START_MS = { smoke: 60, full: 250 };
/** A group that is further behind than this does not keep up, and then something else is measured. */
const BEHIND_MS = 700;

interface Lane extends Contestant {
  /** Events a message over all turns. */
  readonly eventsPerMessage: () => number;
  /** @throws Error when a message is missing from the accounts, or the group does not keep up */
  readonly judge: () => void;
}

function lane(extent: Extent, variant: Variant, ratePerSecond: number): Lane {
  const run = createRun(scenarioOf(logPathDocument(variant, ratePerSecond, 1)));
  runUntil(run, fromMs(sizeFor(extent, START_MS)));
  const turnMs = Math.min((sizeFor(extent, MESSAGES) / ratePerSecond) * 1000, LONGEST_TURN_MS);
  const began = { applied: applied(run), events: eventCount(run) };
  return {
    ...steady(`${variant.name}, ${short(ratePerSecond)} messages/s simulated`, run, turnMs),
    eventsPerMessage: () => (eventCount(run) - began.events) / (applied(run) - began.applied),
    judge: () => judge(run, (ratePerSecond * BEHIND_MS) / 1000),
  };
}

function judge(run: Run, behindMax: number): void {
  const { ledger, latency } = run.subscriptions[0]!;
  let acknowledged = 0;
  for (const { ledger: source } of run.sources) {
    acknowledged += source.acknowledged;
    const known = source.acknowledged + source.refused + source.unknown + source.waiting;
    if (source.attempted !== known) throw new Error(`${source.attempted} attempted, ${known} accounted.`);
  }
  if (ledger.lost + ledger.gone + ledger.expired > 0) throw new Error('At least once, and yet messages were lost.');
  if (latency.total < ledger.applied) throw new Error(`${latency.total} latencies of ${ledger.applied} messages.`);
  if (acknowledged - ledger.applied > behindMax)
    throw new Error(`The group is ${acknowledged - ledger.applied} messages behind.`);
}

function measure(extent: Extent, variant: Variant): readonly Finding[] {
  const rates = extent === 'smoke' ? RATES.slice(0, 2) : RATES;
  const lanes = Object.fromEntries(rates.map((rate) => [rate, lane(extent, variant, rate)]));
  const measured = inTurns(extent, lanes);
  return rates.map((rate): Finding => {
    const { eventsPerMessage, judge: judgeLane } = lanes[rate]!;
    if (extent !== 'smoke') judgeLane();
    const { perSecond } = measured[rate]!;
    const atLimit = rate === RATES.at(-1);
    return {
      what: `log path, ${variant.name}, ${short(rate)}/s simulated`,
      figure: `${short(perSecond)} messages/s, ${eventsPerMessage().toFixed(2)} events a message`,
      reference: '',
      ratio: null,
      goal: atLimit ? `${short(GOAL)} messages/s` : '',
      met: atLimit ? perSecond >= GOAL : null,
    };
  });
}

export const bench: Bench = {
  about: 'Batches, 12 partitions, a group of 12, crashes and redelivery, everything accounted, at rising rates.',
  run: (extent) => VARIANTS.flatMap((variant) => measure(extent, variant)),
};
