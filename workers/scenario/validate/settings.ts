/** Rules between the settings of one item: each member is fine by itself, together they are not. */
import { replicaAssignmentOf } from '../values/replica-assignment.ts';
import { diagnose, quoted, type Diagnostic, type PathStep } from '../diagnostics.ts';
import {
  IDEMPOTENT_IN_FLIGHT_MAX,
  type EdgeOf,
  type NodeOf,
  type ResolvedEdge,
  type ResolvedNode,
} from '../resolve.ts';
import type { PlainObject } from '../plain.ts';
import { readFilterPolicy } from '../sns/filter-policy.ts';
import { listed } from '../values/listed.ts';

/** A finding, and the members to leave out (so that they take their defaults) if the rest is wanted all the same. */
export interface SettingsFinding {
  readonly diagnostic: Diagnostic;
  readonly culprits: readonly string[];
}

/** @param given the sparse item, because for some rules it matters what was said explicitly */
export function judgeSettings(
  given: PlainObject,
  complete: ResolvedNode | ResolvedEdge,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  const uniform = judgeUniform(complete, path);
  switch (complete.kind) {
    case 'publish':
      return [
        ...uniform,
        ...judgeIdempotence(given, complete, path),
        ...judgeTransactions(complete, path),
        ...judgeDelivery(given, complete, path),
      ];
    case 'subscribe':
      return [...uniform, ...judgeHeartbeat(complete, path), ...judgeProtocol(given, complete, path)];
    case 'topic':
      return [...uniform, ...judgeReplicas(complete, path)];
    case 'producer':
    case 'client':
      return [...uniform, ...judgeWindow(complete, path)];
    case 'cluster':
      return [...uniform, ...judgeBrokerSession(complete, path)];
    case 'host':
      return [...uniform, ...judgeAssignment(complete, path)];
    case 'exchange':
      return [...uniform, ...judgeHashed(complete, path)];
    case 'consumer':
      return [...uniform, ...judgeAutoscale(complete, path)];
    case 'queue':
      return [...uniform, ...judgeStrategy(complete, path), ...judgeDelayedRetry(complete, path)];
    case 'amqpConsume':
      return [...uniform, ...judgeStreamOffset(complete, path)];
    case 'snsSubscribe':
      return [...uniform, ...judgePolicy(complete, path)];
    case 'sqs':
      return [...uniform, ...judgeRedriveSources(complete, path)];
    case 'sns':
    case 'sqsSend':
    case 'sqsReceive':
    case 'redrive':
    case 'snsPublish':
    case 'rabbitmq':
    case 'amqpPublish':
    case 'bind':
    case 'deadLetter':
    case 'store':
    case 'insert':
    case 'poll':
    case 'note':
    case 'frame':
      return uniform;
    default:
      return complete satisfies never;
  }
}

/** Kafka refuses to start a producer whose idempotence was asked for explicitly; else it turns it off (`resolve.ts`). */
function judgeIdempotence(
  given: PlainObject,
  edge: EdgeOf<'publish'>,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  if (given['enableIdempotence'] !== true) return [];
  const culprits = ['enableIdempotence'];
  const found: SettingsFinding[] = [];
  if (edge.acks !== 'all') {
    found.push({ diagnostic: diagnose('idempotence.acks', [...path, 'acks'], { acks: edge.acks }), culprits });
  }
  if (edge.maxInFlight > IDEMPOTENT_IN_FLIGHT_MAX) {
    const diagnostic = diagnose('idempotence.inFlight', [...path, 'maxInFlight'], { found: edge.maxInFlight });
    found.push({ diagnostic, culprits });
  }
  if (edge.retries === 0)
    found.push({ diagnostic: diagnose('idempotence.retries', [...path, 'retries'], {}), culprits });
  return found;
}

/** Kafka's producer throws a ConfigException for a transactional id without idempotence. */
function judgeTransactions(edge: EdgeOf<'publish'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  const { acks, maxInFlight, retries, enableIdempotence } = edge;
  const idempotent = enableIdempotence && acks === 'all' && maxInFlight <= IDEMPOTENT_IN_FLIGHT_MAX && retries > 0;
  if (edge.transactionalId === '' || idempotent) return [];
  const diagnostic = diagnose('transaction.idempotence', [...path, 'transactionalId'], {});
  return [{ diagnostic, culprits: ['transactionalId'] }];
}

function judgeDelivery(
  given: PlainObject,
  edge: EdgeOf<'publish'>,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  const least = edge.lingerMs + edge.requestTimeoutMs;
  if (given['deliveryTimeoutMs'] === undefined || edge.deliveryTimeoutMs >= least) return [];
  const facts = { delivery: edge.deliveryTimeoutMs, least };
  return [
    { diagnostic: diagnose('timing.delivery', [...path, 'deliveryTimeoutMs'], facts), culprits: ['deliveryTimeoutMs'] },
  ];
}

function judgeHeartbeat(edge: EdgeOf<'subscribe'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  return [...judgeShareHeartbeat(edge, path), ...judgeGroupHeartbeats(edge, path)];
}

function judgeShareHeartbeat({ share }: EdgeOf<'subscribe'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  if (share.heartbeatIntervalMs < share.sessionTimeoutMs) return [];
  const facts = { heartbeat: share.heartbeatIntervalMs, session: share.sessionTimeoutMs };
  const diagnostic = diagnose('timing.heartbeat', [...path, 'share', 'heartbeatIntervalMs'], facts);
  return [{ diagnostic, culprits: ['share'] }];
}

function judgeGroupHeartbeats(edge: EdgeOf<'subscribe'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  const pairs = [
    ['heartbeatIntervalMs', 'sessionTimeoutMs'],
    ['groupHeartbeatIntervalMs', 'groupSessionTimeoutMs'],
  ] as const;
  return pairs
    .filter(([heartbeat, session]) => edge[heartbeat] >= edge[session])
    .map(([heartbeat, session]) => ({
      diagnostic: diagnose('timing.heartbeat', [...path, heartbeat], {
        heartbeat: edge[heartbeat],
        session: edge[session],
      }),
      culprits: [heartbeat, session],
    }));
}

/** Settings of the classic protocol that a consumer of the newer one may not have. */
const CLASSIC_ONLY = {
  assignor: 'partition.assignment.strategy',
  sessionTimeoutMs: 'session.timeout.ms',
  heartbeatIntervalMs: 'heartbeat.interval.ms',
} as const;

function judgeProtocol(
  given: PlainObject,
  edge: EdgeOf<'subscribe'>,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  if (edge.groupProtocol !== 'consumer') return [];
  return Object.entries(CLASSIC_ONLY)
    .filter(([name]) => given[name] !== undefined)
    .map(([name, broker]) => ({
      diagnostic: diagnose('protocol.unused', [...path, name], { name, broker }),
      culprits: [],
    }));
}

function judgeBrokerSession(node: NodeOf<'cluster'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  if (node.brokerHeartbeatIntervalMs < node.brokerSessionTimeoutMs) return [];
  const facts = { heartbeat: node.brokerHeartbeatIntervalMs, session: node.brokerSessionTimeoutMs };
  const diagnostic = diagnose('timing.heartbeat', [...path, 'brokerHeartbeatIntervalMs'], facts);
  return [{ diagnostic, culprits: ['brokerHeartbeatIntervalMs', 'brokerSessionTimeoutMs'] }];
}

function judgeReplicas(topic: NodeOf<'topic'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  if (topic.minInsyncReplicas <= topic.replicationFactor) return [];
  const facts = { min: topic.minInsyncReplicas, factor: topic.replicationFactor };
  return [{ diagnostic: diagnose('replicas.tooFew', [...path, 'minInsyncReplicas'], facts), culprits: [] }];
}

function judgeAssignment(edge: EdgeOf<'host'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  const { replicaAssignment } = edge;
  if (replicaAssignmentOf(replicaAssignment) !== null) return [];
  const facts = { found: quoted(replicaAssignment) };
  const diagnostic = diagnose('replicas.assignment', [...path, 'replicaAssignment'], facts);
  return [{ diagnostic, culprits: ['replicaAssignment'] }];
}

function judgeWindow(producer: NodeOf<'producer' | 'client'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  if (producer.stopMs === 0 || producer.stopMs > producer.startMs) return [];
  const facts = { start: producer.startMs, stop: producer.stopMs };
  return [{ diagnostic: diagnose('timing.window', [...path, 'stopMs'], facts), culprits: [] }];
}

/** RabbitMQ refuses an exchange that is to hash both. */
function judgeHashed(node: NodeOf<'exchange'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  if (node.type !== 'x-consistent-hash' || node.hashHeader === '' || node.hashProperty === 'none') return [];
  return [{ diagnostic: diagnose('exchange.hash', [...path, 'hashHeader'], {}), culprits: ['hashHeader'] }];
}

function judgeAutoscale({ autoscale }: NodeOf<'consumer'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  const { enabled, min, max, allowIdleConsumers, limitToPartitionsWithLag } = autoscale;
  const within = [...path, 'autoscale'];
  const found: SettingsFinding[] = [];
  if (!enabled) return found;
  if (min > max) {
    const diagnostic = diagnose('autoscale.bounds', [...within, 'min'], { min, max });
    found.push({ diagnostic, culprits: ['autoscale'] });
  }
  if (allowIdleConsumers && limitToPartitionsWithLag) {
    const diagnostic = diagnose('autoscale.cap', [...within, 'allowIdleConsumers'], {});
    found.push({ diagnostic, culprits: ['autoscale'] });
  }
  return found;
}

/** rabbitmq.com/docs/quorum-queues: activating at-least-once dead-lettering. */
function judgeStrategy(
  { type, deadLetterStrategy, overflow }: NodeOf<'queue'>,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  if (type !== 'quorum' || deadLetterStrategy === 'at-most-once' || overflow === 'reject-publish') return [];
  return [{ diagnostic: diagnose('queue.strategy', [...path, 'deadLetterStrategy'], {}), culprits: [] }];
}

/** rabbit_quorum_queue.erl, `validate_delayed_retry_constraints`. */
function judgeDelayedRetry(
  { type, delayedRetryType, delayedRetryMinMs: least, delayedRetryMaxMs: most }: NodeOf<'queue'>,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  if (type !== 'quorum' || delayedRetryType === 'disabled' || (least > 0 && (most < 0 || most >= least))) return [];
  const effect = least > 0 ? 'every delay is the greatest' : 'nothing is delayed';
  const diagnostic = diagnose('queue.delayedRetry', [...path, 'delayedRetryType'], { effect });
  return [{ diagnostic, culprits: [] }];
}

/** RabbitMQ refuses what it cannot read (406). */
function judgeStreamOffset(edge: EdgeOf<'amqpConsume'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  if (/^(first|last|next|\d{1,15}|\d+[YMDhms])$/.test(edge.streamOffset)) return [];
  const diagnostic = diagnose('stream.offset', [...path, 'streamOffset'], { found: quoted(edge.streamOffset) });
  return [{ diagnostic, culprits: ['streamOffset'] }];
}

/** SQS takes ten queues. */
function judgeRedriveSources(
  { redriveAllowPolicy, redriveSources }: NodeOf<'sqs'>,
  path: readonly PathStep[],
): readonly SettingsFinding[] {
  const found = listed(redriveSources).length;
  if (redriveAllowPolicy !== 'byQueue' || found <= 10) return [];
  const diagnostic = diagnose('sqs.redriveSources', [...path, 'redriveSources'], { found });
  return [{ diagnostic, culprits: ['redriveSources'] }];
}

/** SNS refuses a policy that it cannot read. */
function judgePolicy(edge: EdgeOf<'snsSubscribe'>, path: readonly PathStep[]): readonly SettingsFinding[] {
  const read = readFilterPolicy(edge.filterPolicy);
  if (read.ok) return [];
  const diagnostic = diagnose('sns.policy', [...path, 'filterPolicy'], { reason: read.reason });
  return [{ diagnostic, culprits: ['filterPolicy'] }];
}

/** Uniform distributions, wherever they stand in the item. */
function judgeUniform(item: object, path: readonly PathStep[]): readonly SettingsFinding[] {
  return Object.entries(item).flatMap(([name, value]) =>
    uniformsOf(value, [...path, name]).map((diagnostic) => ({ diagnostic, culprits: [name] })),
  );
}

function uniformsOf(value: unknown, path: readonly PathStep[]): readonly Diagnostic[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const { type, min, max } = value as Readonly<Record<string, unknown>>;
  if (type === 'uniform' && typeof min === 'number' && typeof max === 'number' && min > max) {
    return [diagnose('distribution.order', path, { name: `"${String(path.at(-1))}"`, min, max })];
  }
  return Object.entries(value).flatMap(([name, member]) => uniformsOf(member, [...path, name]));
}
