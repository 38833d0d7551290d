/**
 * The autoscaler of a consumer: KEDA, which wakes it from 0 instances and puts it to sleep, and the HPA, which decides
 * between 1 and the most. Both read the backlog anew whenever they look.
 */
import { scaleTo } from '../build/consumers.ts';
import { fromMs } from '../core/time.ts';
import { at, OP, PRIORITY } from '../events.ts';
import type { ConsumerState } from '../handlers/handler-state.ts';
import { readingsOf } from '../observe/subscriptions.ts';
import type { Run } from '../state.ts';
import type { AutoscalerState } from './autoscaler-state.ts';
import { readBacklog, type Backlog } from './backlog.ts';
import { decide, recommend } from './hpa.ts';
import { isActive } from './keda.ts';

/** Kubernetes' default policies for scaling up count within this time. */
const SCALE_UP_PERIOD_NS = fromMs(15_000);

/** [AS4] KEDA's look: between 0 and the first instance. */
export function autoscalerPolls(run: Run, index: number, ticket: number): void {
  const consumer = run.consumers[index]!;
  const { autoscaler } = consumer;
  if (consumer.gone || autoscaler === null || autoscaler.ticket !== ticket) return;
  const { min, max, activationLagThreshold, pollIntervalMs, cooldownMs } = consumer.settings.autoscale;
  at(run, run.nowNs + fromMs(pollIntervalMs), PRIORITY.watch, OP.autoscalerPolls, index, ticket);
  const backlogs = readAll(run, consumer, autoscaler);
  if (backlogs.length === 0) return;
  const active = backlogs.some(({ lag }) => isActive(lag, activationLagThreshold));
  if (active) autoscaler.activeNs = run.nowNs;
  const { wanted, activeNs } = autoscaler;
  if (wanted === 0 && active) ask(run, index, autoscaler, Math.min(max, Math.max(1, min)));
  else if (wanted < min) ask(run, index, autoscaler, Math.min(max, min));
  else if (wanted > 0 && !active && min === 0 && (activeNs < 0 || activeNs + fromMs(cooldownMs) < run.nowNs))
    ask(run, index, autoscaler, 0);
}

/** [AS5] [AS6] The HPA's look. While there is no instance at all it is switched off. */
export function autoscalerDecides(run: Run, index: number, ticket: number): void {
  const consumer = run.consumers[index]!;
  const { autoscaler } = consumer;
  if (consumer.gone || autoscaler === null || autoscaler.ticket !== ticket) return;
  const { min, max, lagThreshold, tolerance, ...rules } = consumer.settings.autoscale;
  at(run, run.nowNs + fromMs(rules.syncPeriodMs), PRIORITY.watch, OP.autoscalerDecides, index, ticket);
  const current = autoscaler.wanted;
  if (current === 0) return;
  const backlogs = readAll(run, consumer, autoscaler);
  if (backlogs.length === 0) return;
  // Several metrics: the largest proposal.
  const recommended = Math.max(...backlogs.map(({ metric }) => recommend(metric, lagThreshold, current, tolerance)));
  const next = decide(autoscaler.hpa, run.nowNs, current, recommended, {
    min,
    max,
    stabilizationNs: fromMs(rules.stabilizationMs),
    scaleUpPods: rules.scaleUpPods,
    scaleUpPercent: rules.scaleUpPercent,
    scaleUpPeriodNs: SCALE_UP_PERIOD_NS,
  });
  ask(run, index, autoscaler, next);
}

/** Of every subscription; none while one of them cannot be read. */
function readAll(run: Run, consumer: ConsumerState, autoscaler: AutoscalerState): Backlog[] {
  const backlogs: Backlog[] = [];
  for (const subscription of readingsOf(run, consumer.id)) {
    const backlog = readBacklog(run, subscription, consumer);
    if (backlog === null) return [];
    backlogs.push(backlog);
  }
  autoscaler.lag = backlogs.reduce((sum, { lag }) => sum + lag, 0);
  autoscaler.metric = backlogs.reduce((sum, { metric }) => sum + metric, 0);
  return backlogs;
}

function ask(run: Run, index: number, autoscaler: AutoscalerState, wanted: number): void {
  if (wanted === autoscaler.wanted) return;
  if (wanted > autoscaler.wanted) autoscaler.ups += 1;
  else autoscaler.downs += 1;
  autoscaler.wanted = wanted;
  autoscaler.most = Math.max(autoscaler.most, wanted);
  scaleTo(run, index, wanted);
}
