/**
 * The formats of vector files, each with the runner of its cases. To cover a format, put its runner here; a format that
 * the engine does not represent stays with the reason.
 */
import { notCovered, notRepresented } from './cases.ts';
import type { Runner } from './cases.ts';
import { autoscaleVectors } from './autoscale-keda.ts';
import { backoffVectors } from './backoff-jitter.ts';
import { assignmentRunners, goldenAssignments } from './kafka-assignment.ts';
import { sharePartitionVectors } from './kafka-share.ts';
import { theoryRunner, type Budget } from './theory/runner.ts';
import { producerStateVectors } from './kafka-producer-state.ts';
import {
  consistentHashVectors,
  headersRoutingVectors,
  topicPatternVectors,
  topicRoutingVectors,
} from './rabbitmq-routing.ts';
import { opListVectors } from './amqp/op-lists.ts';
import { recordedAmqp } from './amqp/runner.ts';
import { recordedKafka } from './recorded/runner.ts';
import { recordedTable } from './sql-queue.ts';
import { recordedSqs } from './sqs/recorded.ts';
import { sqsQueueVectors } from './sqs/vectors.ts';
import {
  checksumVectors,
  coordinatorVectors,
  goldenKeys,
  murmur2Vectors,
  stickyVectors,
} from './kafka-partitioning.ts';

const NO_SCHEMAS = notRepresented('The engine has no schema registry.');

/** Brokers of recorded runs, by the file's `model`. */
const MODELS: Readonly<Record<string, Runner>> = {
  'amqp-0-9-1': recordedAmqp,
  kafka: recordedKafka,
  mqtt: notRepresented('The engine has no MQTT broker.'),
  'nats-jetstream': notRepresented('The engine has no NATS server.'),
  'redis-streams': notRepresented('The engine has no Redis streams.'),
  'sql-queue': recordedTable,
  sqs: recordedSqs,
  'work-queue-with-lease': notRepresented('The engine has no work queues with leases.'),
};

const recordedRun: Runner = (one, content) => {
  const model = String(content['model']);
  const runner = Object.hasOwn(MODELS, model) ? MODELS[model] : undefined;
  return (runner ?? notRepresented(`Nothing is known of the model "${model}".`))(one, content);
};

/** Golden tables say by their columns what they are about. */
const golden: Runner = (one, content) => {
  const columns: object = typeof one === 'object' && one !== null ? one : {};
  if ('murmur2' in columns) return goldenKeys(one, content);
  if ('subscriptions' in columns) return goldenAssignments(one, content);
  return notCovered('The engine has nothing that this table is about.');
};

const RUNNERS: Readonly<Record<string, Runner>> = {
  'kafka-murmur2/1': murmur2Vectors,
  'kafka-coordinator-partition/1': coordinatorVectors,
  'kafka-sticky-partitioner/1': stickyVectors,
  'crc32c/1': checksumVectors,
  'kafka-idempotence-transactions/1': producerStateVectors,
  ...assignmentRunners,
  'kafka-share-partition/1': sharePartitionVectors,
  'broker-golden/1': golden,
  'sqs-queue-behaviour/1': sqsQueueVectors,
  'autoscale-keda-kafka/1': autoscaleVectors,

  'backoff-jitter/1': backoffVectors,
  'broker-conformance/1': recordedRun,
  'rabbitmq-consistent-hash/1': consistentHashVectors,
  'rabbitmq-dead-letter/1': opListVectors,
  'rabbitmq-dispatch/1': opListVectors,
  'rabbitmq-headers-routing/1': headersRoutingVectors,
  'rabbitmq-overflow/1': opListVectors,
  'rabbitmq-priority/1': opListVectors,
  'rabbitmq-requeue-order/1': opListVectors,
  'rabbitmq-topic-patterns/1': topicPatternVectors,
  'rabbitmq-topic-routing/1': topicRoutingVectors,
  'rabbitmq-topology/1': opListVectors,
  'rabbitmq-ttl/1': opListVectors,
  'schema-compatibility-avro/1': NO_SCHEMAS,
  'schema-compatibility-json/1': NO_SCHEMAS,
  'traceparent/1': notRepresented('Messages of the engine carry no headers.'),
};

/** Of this one a budget says how long it may take. */
const THEORY = 'queueing-theory/1';

/** The runner of a format; undefined for a format that nobody knows. */
export function runnerOf(format: string, budget: Budget): Runner | undefined {
  if (format === THEORY) return theoryRunner(budget);
  return Object.hasOwn(RUNNERS, format) ? RUNNERS[format] : undefined;
}

/** All formats known, covered or not. */
export function knownFormats(): readonly string[] {
  return [...Object.keys(RUNNERS), THEORY];
}
