import { integer, milliseconds, toggle } from '../fields.ts';
import { defineNode } from './definition.ts';

const KAFKA = 'Kafka 4.0';

/** Brokers of a cluster that does not say how many. */
export const DEFAULT_BROKERS = 3;

/** Brokers that replicate the topics placed on them. */
export const cluster = defineNode({
  kind: 'cluster',
  family: 'log',
  label: 'Cluster',
  summary: 'Brokers that hold the replicas of the topics placed on them, elect leaders and fail one by one.',
  defaultName: 'Cluster',
  version: 1,
  parameters: {
    brokers: integer({
      label: 'Brokers',
      help: "How many brokers there are. A topic's replicas are spread over them; more can be added later, none taken away.",
      unit: 'count',
      default: DEFAULT_BROKERS,
      min: 1,
      max: 100,
    }),
    racks: integer({
      label: 'Racks',
      help: 'Brokers are dealt to this many racks in turn, and the replicas of a partition are spread over racks first.',
      unit: 'count',
      broker: 'broker.rack',
      default: 1,
      min: 1,
      max: 20,
    }),
    replicaLagTimeMaxMs: milliseconds({
      label: 'Replica lag time, most',
      help: 'A follower that has not been at the end of the log for this long leaves the in-sync replicas.',
      broker: 'replica.lag.time.max.ms',
      origin: KAFKA,
      default: 30_000,
      min: 10,
      max: 3_600_000,
    }),
    uncleanLeaderElectionEnable: toggle({
      label: 'Unclean leader election',
      help: 'When no in-sync replica is left, one that is behind may lead: the partition is available again, and what that replica lacks is lost.',
      broker: 'unclean.leader.election.enable',
      origin: KAFKA,
      default: false,
    }),
    brokerSessionTimeoutMs: milliseconds({
      label: 'Broker session timeout',
      help: 'The controller takes a broker for dead when it has not heard of it for this long, and elects other leaders.',
      broker: 'broker.session.timeout.ms',
      origin: KAFKA,
      default: 9000,
      min: 10,
      max: 600_000,
    }),
    brokerHeartbeatIntervalMs: milliseconds({
      label: 'Broker heartbeat interval',
      help: 'How often a broker tells the controller that it is there.',
      broker: 'broker.heartbeat.interval.ms',
      origin: KAFKA,
      default: 2000,
      min: 1,
      max: 600_000,
    }),
    electionMs: milliseconds({
      label: 'Leader election',
      help: "Time from the controller's decision until the new leaders serve.",
      default: 20,
      min: 0,
      max: 60_000,
      simplified: 'One delay stands for writing the decision and for every broker and client getting to know it.',
    }),
    autoLeaderRebalanceEnable: toggle({
      label: 'Automatic leader rebalance',
      help: 'Leadership goes back to the preferred replica, the first one assigned, once that is in sync again.',
      broker: 'auto.leader.rebalance.enable',
      origin: KAFKA,
      default: true,
    }),
    leaderImbalanceCheckIntervalMs: milliseconds({
      label: 'Leader rebalance interval',
      help: 'How often the controller looks for partitions that are not led by their preferred replica.',
      broker: 'leader.imbalance.check.interval.seconds',
      origin: KAFKA,
      default: 300_000,
      min: 100,
      max: 86_400_000,
    }),
    brokerLatencyMs: milliseconds({
      label: 'Latency between brokers',
      help: "One-way delay of a follower's fetch and of its answer.",
      default: 0.5,
      min: 0,
      max: 60_000,
    }),
    combinedController: toggle({
      label: 'Controller on a broker',
      help: 'The active controller runs on one of the brokers and fails with it; otherwise controllers are machines of their own that do not fail.',
      broker: 'process.roles',
      origin: KAFKA,
      default: false,
      simplified: 'The controller moves to the next broker that is up; whether a quorum of them is left is not asked.',
      advanced: true,
    }),
    controllerFailoverMs: milliseconds({
      label: 'Controller failover',
      help: "Time without a controller after its broker was lost; nobody is elected, and nobody's session ends, meanwhile.",
      broker: 'controller.quorum.fetch.timeout.ms',
      origin: 'Kafka 4.0 (with controller.quorum.election.timeout.ms)',
      default: 3000,
      min: 0,
      max: 600_000,
      advanced: true,
    }),
  },
  startingValues: {
    brokerSessionTimeoutMs: 3000,
    brokerHeartbeatIntervalMs: 500,
    leaderImbalanceCheckIntervalMs: 10_000,
  },
});
