/**
 * What KEDA's Kafka scaler makes of the lag of a group: the metric that the autoscaler divides by its threshold.
 *
 *     lags 300 0 5, threshold 10        total 305, 30 instances' worth; 3 partitions: 30, so 3 instances
 *     allowIdleConsumers                305, so 31 instances, 28 of them idle
 *     limitToPartitionsWithLag          2 partitions have any: 20, so 2 instances
 *
 * Source: kedacore/keda, pkg/scalers/kafka_scaler.go, getTotalLag and getNextFactorThatBalancesConsumersToTopicPartitions.
 */
import { assert } from '../core/assert.ts';

export interface LagRules {
  /** Backlog that one instance is to have, whole messages, at least 1. */
  readonly lagThreshold: number;
  readonly allowIdleConsumers: boolean;
  readonly limitToPartitionsWithLag: boolean;
  readonly ensureEvenDistributionOfPartitions: boolean;
}

/** [AS2] The metric for the counted lags of all partitions, messages. */
export function cappedLag(lags: readonly number[], rules: LagRules): number {
  const { lagThreshold, allowIdleConsumers, limitToPartitionsWithLag, ensureEvenDistributionOfPartitions } = rules;
  assert(lagThreshold >= 1, 'a lag threshold below 1');
  let total = lags.reduce((sum, lag) => sum + lag, 0);
  if (allowIdleConsumers && !limitToPartitionsWithLag && !ensureEvenDistributionOfPartitions) return total;
  if (ensureEvenDistributionOfPartitions) total = evenInstances(total, lags.length, lagThreshold) * lagThreshold;
  const most = limitToPartitionsWithLag ? lags.filter((lag) => lag > 0).length : lags.length;
  return Math.floor(total / lagThreshold) > most ? most * lagThreshold : total;
}

/** [AS3] The smallest divisor of the number of partitions with which the threshold is kept; all of them if none does. */
function evenInstances(total: number, partitions: number, lagThreshold: number): number {
  for (let each = 1; each < partitions; each += 1)
    if (partitions % each === 0 && each * lagThreshold >= total) return each;
  return partitions;
}

/** [AS4] Whether there is anything to do: below that a consumer may go to 0. By what is there, whatever is counted. */
export function isActive(uncountedLag: number, activationLagThreshold: number): boolean {
  return uncountedLag > activationLagThreshold;
}
