/**
 * The horizontal pod autoscaler of Kubernetes: how many instances for a metric, and how fast it may get there.
 *
 * Sources: kubernetes.io, Horizontal Pod Autoscaling, algorithm details and default behaviour; kubernetes/kubernetes,
 * pkg/controller/podautoscaler/horizontal.go and replica_calculator.go (GetExternalPerPodMetricReplicas).
 */

/** What it remembers, in columns side by side, oldest first. */
export interface HpaState {
  /** Instances it would have had, before anything held it back. */
  recommended: number[];
  recommendedAtNs: number[];
  /** Instances it has added, or taken away if negative. */
  changes: number[];
  changedAtNs: number[];
}

export interface HpaRules {
  readonly min: number;
  readonly max: number;
  readonly stabilizationNs: number;
  /** More instances than so many, and more than so many percent, are not added within a period. */
  readonly scaleUpPods: number;
  readonly scaleUpPercent: number;
  readonly scaleUpPeriodNs: number;
}

export function createHpa(): HpaState {
  return { recommended: [], recommendedAtNs: [], changes: [], changedAtNs: [] };
}

/** [AS5] Instances that share a metric so that each has the target on average. */
export function instancesFor(metric: number, target: number): number {
  return Math.ceil(metric / target);
}

/** [AS6] The same, unless what each of the present number has is no further from the target than the tolerance, a share of it. */
export function recommend(metric: number, target: number, current: number, tolerance: number): number {
  const ratio = metric / (target * current);
  return 1 - tolerance <= ratio && ratio <= 1 + tolerance ? current : instancesFor(metric, target);
}

/** The autoscaler never goes to 0 by itself: its minimum is at least 1. */
export function withinBounds(wanted: number, min: number, max: number): number {
  return Math.min(max, Math.max(1, min, wanted));
}

/**
 * [AS7] [AS8] The number to have next, given the present one and what was recommended now. Notes both.
 *
 * @param current instances asked for now, at least 1
 */
export function decide(hpa: HpaState, nowNs: number, current: number, recommended: number, rules: HpaRules): number {
  const { min, max } = rules;
  if (current !== withinBounds(current, min, max)) return note(hpa, nowNs, current, withinBounds(current, min, max));
  if (hpa.recommended.length === 0) remember(hpa, nowNs, current);
  const stable = stabilized(hpa, nowNs, current, recommended, rules.stabilizationNs);
  remember(hpa, nowNs, recommended);
  const limit = Math.max(current, scaleUpLimit(hpa, nowNs, current, rules));
  return note(hpa, nowNs, current, withinBounds(Math.min(stable, limit), min, max));
}

/** [AS7] Down only to the highest recommendation of the window; up at once. */
function stabilized(hpa: HpaState, nowNs: number, current: number, recommended: number, windowNs: number): number {
  const old = hpa.recommendedAtNs.filter((atNs) => atNs <= nowNs - windowNs).length;
  hpa.recommended.splice(0, old);
  hpa.recommendedAtNs.splice(0, old);
  if (recommended >= current) return recommended;
  return Math.min(current, Math.max(recommended, ...hpa.recommended));
}

function remember(hpa: HpaState, nowNs: number, recommended: number): void {
  hpa.recommended.push(recommended);
  hpa.recommendedAtNs.push(nowNs);
}

/** [AS8] The larger of two policies, counted from the number at the start of the period. */
function scaleUpLimit(hpa: HpaState, nowNs: number, current: number, rules: HpaRules): number {
  const old = hpa.changedAtNs.filter((atNs) => atNs <= nowNs - rules.scaleUpPeriodNs).length;
  hpa.changes.splice(0, old);
  hpa.changedAtNs.splice(0, old);
  const atStart = hpa.changes.reduce((count, change) => count - change, current);
  return Math.max(atStart + rules.scaleUpPods, Math.ceil((atStart * (100 + rules.scaleUpPercent)) / 100));
}

function note(hpa: HpaState, nowNs: number, current: number, wanted: number): number {
  if (wanted !== current) {
    hpa.changes.push(wanted - current);
    hpa.changedAtNs.push(nowNs);
  }
  return wanted;
}
