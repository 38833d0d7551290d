/** Runs the vectors about scaling on lag through the functions that the autoscaler of a run uses. */
import * as v from 'valibot';
import { instancesFor, withinBounds } from '../../engine/scaling/hpa.ts';
import { cappedLag, isActive, type LagRules } from '../../engine/scaling/keda.ts';
import { checking, difference } from './cases.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const MODES = [
  'default',
  'allowIdleConsumers',
  'limitToPartitionsWithLag',
  'ensureEvenDistributionOfPartitions',
] as const;

const scalingCase = v.object({
  partitionLags: v.array(count),
  lagThreshold: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  activationLagThreshold: v.optional(count, 0),
  mode: v.optional(v.picklist(MODES), 'default'),
  minReplicas: count,
  maxReplicas: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  expected: v.object({ metric: v.number(), active: v.boolean(), hpaDesired: v.number(), replicas: v.number() }),
});

export const autoscaleVectors = checking(scalingCase, (one) => {
  const { partitionLags, lagThreshold, activationLagThreshold, mode, minReplicas, maxReplicas, expected } = one;
  const rules: LagRules = {
    lagThreshold,
    allowIdleConsumers: mode === 'allowIdleConsumers',
    limitToPartitionsWithLag: mode === 'limitToPartitionsWithLag',
    ensureEvenDistributionOfPartitions: mode === 'ensureEvenDistributionOfPartitions',
  };
  const metric = cappedLag(partitionLags, rules);
  const lag = partitionLags.reduce((sum, each) => sum + each, 0);
  const active = isActive(lag, activationLagThreshold);
  const hpaDesired = instancesFor(metric, lagThreshold);
  const sleeps = minReplicas === 0 && !active;
  const replicas = sleeps ? 0 : withinBounds(hpaDesired, minReplicas, maxReplicas);
  const { metric: m, active: a, hpaDesired: h, replicas: r } = expected;
  return difference(
    'scaling',
    { metric, active, hpaDesired, replicas },
    { metric: m, active: a, hpaDesired: h, replicas: r },
  );
});
