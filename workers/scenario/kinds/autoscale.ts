/** Scaling a consumer on its backlog: KEDA's scaler, and Kubernetes' horizontal pod autoscaler (HPA) behind it. */
import { group, integer, milliseconds, number, toggle } from '../fields.ts';

const MAX_DEFAULT = 100;
const KEDA = 'KEDA 2.19';
const HPA = 'Kubernetes 1.33';
const ON = { parameter: 'enabled', is: [true] } as const;

export const autoscale = group(
  {
    enabled: toggle({
      label: 'Scale on backlog',
      help: 'Instances come and go with what waits for this consumer; "Instances" is how many there are at first.',
      default: false,
    }),
    min: integer({
      label: 'Instances, least',
      help: 'At 0 the consumer is taken down when there has been nothing to do for the cool-down.',
      unit: 'count',
      broker: 'minReplicaCount',
      origin: KEDA,
      default: 0,
      min: 0,
      max: 500,
      when: ON,
    }),
    max: integer({
      label: 'Instances, most',
      help: 'There are never more, however much waits.',
      unit: 'count',
      broker: 'maxReplicaCount',
      origin: KEDA,
      default: MAX_DEFAULT,
      min: 1,
      max: 500,
      when: ON,
    }),
    lagThreshold: integer({
      label: 'Backlog of one instance',
      help: 'Instances wanted are the backlog divided by this, rounded up.',
      unit: 'messages',
      broker: 'lagThreshold',
      origin: KEDA,
      default: 10,
      min: 1,
      max: 1_000_000_000,
      when: ON,
    }),
    activationLagThreshold: integer({
      label: 'Awake above',
      help: 'A backlog larger than this brings the first instance; at or below it, the cool-down runs.',
      unit: 'messages',
      broker: 'activationLagThreshold',
      origin: KEDA,
      default: 0,
      min: 0,
      max: 1_000_000_000,
      when: ON,
    }),
    startupMs: milliseconds({
      label: 'Start-up',
      help: 'From the decision until a new instance runs: scheduling, image, process. It is paid for from the decision on.',
      default: 3000,
      min: 0,
      max: 3_600_000,
      when: ON,
    }),
    pollIntervalMs: milliseconds({
      label: 'Polling',
      help: 'How often KEDA asks whether there is anything to do: between 0 instances and the first.',
      broker: 'pollingInterval',
      origin: KEDA,
      default: 30_000,
      min: 100,
      max: 3_600_000,
      when: ON,
    }),
    cooldownMs: milliseconds({
      label: 'Cool-down',
      help: 'How long there must have been nothing to do before the last instance goes. Only where the least is 0.',
      broker: 'cooldownPeriod',
      origin: KEDA,
      default: 300_000,
      min: 0,
      max: 86_400_000,
      when: ON,
    }),
    syncPeriodMs: milliseconds({
      label: 'Decides every',
      help: 'How often the HPA looks at the backlog and decides, between 1 instance and the most.',
      broker: 'horizontal-pod-autoscaler-sync-period',
      origin: HPA,
      default: 15_000,
      min: 100,
      max: 3_600_000,
      when: ON,
    }),
    stabilizationMs: milliseconds({
      label: 'Down after',
      help: 'It goes down only to the highest number that it would have wanted within this window. Up it goes at once.',
      broker: 'scaleDown.stabilizationWindowSeconds',
      origin: HPA,
      default: 300_000,
      min: 0,
      max: 3_600_000,
      when: ON,
    }),
    tolerance: number({
      label: 'Tolerance',
      help: 'While backlog per instance is no further than this share from its threshold nothing changes.',
      unit: 'factor',
      broker: 'horizontal-pod-autoscaler-tolerance',
      origin: HPA,
      default: 0.1,
      min: 0,
      max: 1,
      when: ON,
    }),
    scaleUpPercent: integer({
      label: 'Up by percent',
      help: 'Within 15 s it adds no more than this share of what there was, or the number below, whichever is more.',
      unit: 'count',
      broker: 'scaleUp.policies Percent',
      origin: HPA,
      default: 100,
      min: 0,
      max: 10_000,
      when: ON,
    }),
    scaleUpPods: integer({
      label: 'Up by instances',
      help: 'Within 15 s it adds no more than so many, or the share above, whichever is more.',
      unit: 'count',
      broker: 'scaleUp.policies Pods',
      origin: HPA,
      default: 4,
      min: 0,
      max: 500,
      when: ON,
    }),
    allowIdleConsumers: toggle({
      label: 'More than partitions',
      help: 'Allows more instances than partitions. Those beyond idle.',
      broker: 'allowIdleConsumers',
      origin: KEDA,
      default: false,
      when: ON,
    }),
    limitToPartitionsWithLag: toggle({
      label: 'Only partitions that lag',
      help: 'No more instances than there are partitions with a backlog.',
      broker: 'limitToPartitionsWithLag',
      origin: KEDA,
      default: false,
      when: ON,
    }),
    ensureEvenDistributionOfPartitions: toggle({
      label: 'Even share of partitions',
      help: 'Only numbers of instances by which the number of partitions can be divided.',
      broker: 'ensureEvenDistributionOfPartitions',
      origin: KEDA,
      default: false,
      when: ON,
    }),
    excludePersistentLag: toggle({
      label: 'Without stuck partitions',
      help: 'The backlog of a partition whose position has not moved since it was last looked at counts as none.',
      broker: 'excludePersistentLag',
      origin: KEDA,
      default: false,
      when: ON,
    }),
    scaleToZeroOnInvalidOffset: toggle({
      label: 'Asleep without positions',
      help: 'A partition for which no position was ever saved counts as none, instead of 1 or the whole log.',
      broker: 'scaleToZeroOnInvalidOffset',
      origin: KEDA,
      default: false,
      when: ON,
    }),
  },
  {
    label: 'Autoscaling',
    help: 'How many instances there are follows the backlog: the lag of a group, the depth of a queue.',
    simplified: 'Scaling up has no stabilisation window, scaling down no limit a period; both are the defaults.',
  },
);

interface Scaled {
  readonly instances?: number | undefined;
  readonly autoscale?: { readonly enabled?: boolean | undefined; readonly max?: number | undefined } | undefined;
}

/** Instances that a consumer may come to have, of a sparse node. */
export function instancesAtMost({ instances = 1, autoscale: scaling = {} }: Scaled): number {
  return scaling.enabled === true ? Math.max(instances, scaling.max ?? MAX_DEFAULT) : instances;
}
