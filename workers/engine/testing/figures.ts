/** Laws of what a report tells: figures that are counted apart and mean the same agree. For tests. */
import { assert } from '../core/assert.ts';
import { report, type Run } from '../engine.ts';
import type { LatencySummary, SourceReport, SubscriptionReport } from '../report.ts';

/** @throws AssertionFailure naming what does not agree */
export function checkFigures(run: Run): void {
  const { sources, subscriptions } = report(run);
  for (const told of sources) checkSource(told);
  for (const told of subscriptions) {
    const name = `${told.topic} read by ${told.group}`;
    checkCounts(told, name);
    checkOrder(told, name);
    checkQuantiles(told.wait, `${name}, waits`);
    checkQuantiles(told.latency, `${name}, latencies`);
  }
}

function checkSource({ edge, attempted, acknowledged, refused, unknown, waiting, refusals }: SourceReport): void {
  assert(attempted === acknowledged + refused + unknown + waiting, () => `${edge}: attempts do not add up`);
  const reasons = Object.values(refusals).reduce((sum, count) => sum + count, 0);
  assert(reasons === refused, () => `${edge}: ${refused} refused, for ${reasons} reasons`);
}

/** Every effect needs a delivery; the first of a message is timed, and so is its first effect. */
function checkCounts(told: SubscriptionReport, name: string): void {
  const { delivered, duplicateDeliveries, duplicateEffects, applied, recovered, unseen, inFlight } = told;
  const [waits, effects] = [told.wait?.count ?? 0, (told.latency?.count ?? 0) + duplicateEffects];
  assert(waits === delivered - duplicateDeliveries, () => `${name}: ${waits} waits of ${delivered} deliveries`);
  assert(effects <= delivered, () => `${name}: ${effects} effects of ${delivered} deliveries`);
  assert(applied <= effects, () => `${name}: ${applied} applied by ${effects} effects`);
  assert(recovered <= applied, () => `${name}: ${recovered} recovered of ${applied} applied`);
  assert(unseen <= inFlight, () => `${name}: ${unseen} unseen of ${inFlight} in flight`);
  assert(unseen > 0 || told.unseenOldestMs === 0, () => `${name}: nothing is unseen, and it has an age`);
  assert(told.lag >= 0 && told.lag <= told.lagMax, () => `${name}: lag ${told.lag}, of ${told.lagMax} at most`);
  assert(told.replayable >= 0, () => `${name}: ${told.replayable} could be replayed`);
}

function checkOrder(told: SubscriptionReport, name: string): void {
  const { outOfOrderPerKey: late, outOfOrderGlobal, disorderCauses, disorderDistanceMax } = told;
  const caused = Object.values(disorderCauses).reduce((sum, count) => sum + count, 0);
  assert(caused === late, () => `${name}: ${late} out of order, by ${caused} causes`);
  assert(late <= outOfOrderGlobal, () => `${name}: ${late} late by key, ${outOfOrderGlobal} in all`);
  assert(disorderDistanceMax > 0 === late > 0, () => `${name}: ${late} late, by ${disorderDistanceMax} at most`);
}

function checkQuantiles(summary: LatencySummary | null, name: string): void {
  if (summary === null) return;
  const { minMs, meanMs, maxMs, p50Ms, p95Ms, p99Ms, p999Ms } = summary;
  const rising = [minMs, p50Ms, p95Ms, p99Ms, p999Ms, maxMs];
  assert(
    rising.every((ms, i) => i === 0 || ms >= rising[i - 1]!),
    () => `${name}: quantiles ${rising.join(', ')}`,
  );
  assert(minMs >= 0 && meanMs >= minMs && meanMs <= maxMs, () => `${name}: mean ${meanMs} of ${minMs} to ${maxMs}`);
}
