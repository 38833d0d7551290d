/**
 * Short names for the members of a document, by their place in this list. Links in the world depend on it: only ever add at
 * the end. A name that is missing here travels in full, so forgetting one costs length and nothing else.
 */
const NAMES = [
  'id', 'kind', 'name', 'position', 'parent', 'x', 'y', 'from', 'to', 'network',
  'latencyMs', 'loss', 'duplicate', 'type', 'mean', 'cv', 'min', 'max', 'sd', 'k',
  'alpha', 'values', 'arrivals', 'ratePerSecond', 'size', 'everyMs', 'spreadMs', 'fromPerSecond', 'toPerSecond', 'overMs',
  'meanPerSecond', 'amplitude', 'periodMs', 'atMs', 'repeatEveryMs', 'key', 'keys', 'exponent', 'sizeBytes', 'limit',
  'startMs', 'stopMs', 'partitions', 'replicationFactor', 'minInsyncReplicas', 'replicationMs', 'electionMs', 'appendMs', 'retentionMs', 'retentionBytes',
  'instances', 'concurrency', 'workMs', 'crash', 'mtbfMs', 'restartMs', 'group', 'text', 'color', 'width',
  'height', 'acks', 'enableIdempotence', 'retries', 'lingerMs', 'batchSize', 'maxInFlight', 'requestTimeoutMs', 'deliveryTimeoutMs', 'retryBackoffMs',
  'retryBackoffMaxMs', 'bufferMemory', 'onFull', 'maxBlockMs', 'partitioner', 'commit', 'autoCommitIntervalMs', 'assignor', 'autoOffsetReset', 'maxPollRecords',
  'maxPollIntervalMs', 'sessionTimeoutMs', 'heartbeatIntervalMs', 'initialRebalanceDelayMs', 'do', 'target', 'instance', 'forMs', 'factor', 'claim',
  'of', 'percentile', 'ms', 'messages', 'share', 'op', 'in', 'item', 'at', 'set',
  'unset', 'edit', 'fault', 'label', 'panels', 'viewport', 'zoom', 'instantMs', 'speed', 'playing',
  'selected', 'document', 'branch', 'branches', 'forkMs', 'untilMs', 'journal', 'partition', 'client',
  'offsetResetMs', 'topic', 'offset', 'timestampMs', 'durationMs', 'groupProtocol', 'remoteAssignor', 'staticMembership',
  'groupSessionTimeoutMs', 'groupHeartbeatIntervalMs', 'fetchMinBytes', 'fetchMaxWaitMs', 'fetchMaxBytes', 'maxPartitionFetchBytes',
  'offsetsRetentionMs',
  'failureRate', 'poisonRate', 'lockDurationMs', 'deliveryCountLimit', 'maxRecordLocks', 'acknowledgementMode', 'onFailure', 'renew',
  'cleanupPolicy', 'segmentBytes', 'segmentMs', 'retentionCheckIntervalMs', 'minCleanableDirtyRatio', 'deleteRetentionMs', 'minCompactionLagMs', 'maxCompactionLagMs', 'cleanerBackoffMs', 'tombstoneRate',
  'brokers', 'racks', 'replicaLagTimeMaxMs', 'uncleanLeaderElectionEnable', 'brokerSessionTimeoutMs', 'brokerHeartbeatIntervalMs',
  'autoLeaderRebalanceEnable', 'leaderImbalanceCheckIntervalMs', 'brokerLatencyMs', 'combinedController', 'controllerFailoverMs',
  'metadataMaxAgeMs', 'replicaAssignment',
  'ignoreKeys', 'adaptivePartitioning', 'compressionType', 'compressionRatio', 'maxRequestSize', 'maxMessageBytes',
  'transactionalId', 'transactionTimeoutMs', 'transactionIntervalMs', 'transactionMessages', 'isolationLevel',
  'producerByteRate', 'consumerByteRate',
  'hashHeader', 'hashProperty', 'internal', 'durable', 'maxLength', 'maxLengthBytes', 'overflow', 'messageTtlMs', 'expiresMs', 'autoDelete',
  'maxPriority', 'deliveryLimit', 'singleActiveConsumer', 'maxAgeMs', 'memoryHighWatermark', 'confirmMs', 'quorumMs', 'consumerTimeoutMs',
  'routingKey', 'headers', 'mandatory', 'confirms', 'persistent', 'priority', 'expirationMs', 'cc', 'bcc',
  'bindingKeys', 'xMatch', 'alternate', 'ack', 'prefetch', 'prefetchShared', 'exclusive', 'streamOffset', 'deadLetterRoutingKey',
  'autoscale', 'enabled', 'lagThreshold', 'activationLagThreshold', 'startupMs', 'pollIntervalMs', 'cooldownMs', 'syncPeriodMs', 'stabilizationMs',
  'tolerance', 'scaleUpPercent', 'scaleUpPods', 'allowIdleConsumers', 'limitToPartitionsWithLag', 'ensureEvenDistributionOfPartitions',
  'excludePersistentLag', 'scaleToZeroOnInvalidOffset', 'sampleEvery', 'aggregateMax', 'callers', 'thinkMs', 'timeoutMs',
  'fifo', 'visibilityTimeoutMs', 'delayMs', 'receiveWaitTimeMs', 'maximumMessageSize', 'contentBasedDeduplication', 'deduplicationScope', 'fifoThroughputLimit',
  'callsPerSecond', 'shortPollShare', 'duplicateRate', 'disorderRate', 'messageGroupId', 'deduplicationId', 'maxConnections', 'bufferSize',
  'maxAttempts', 'backoffMs', 'backoffMaxMs', 'maxNumberOfMessages', 'waitTimeMs', 'extendEveryMs', 'deleteWhen', 'deleteBatchSize',
  'maxReceiveCount', 'moveBack', 'moveBackPerSecond', 'filterPolicy', 'rawMessageDelivery', 'heartbeatMs',
  'readMs', 'writeMs', 'commitMs', 'cores', 'connections', 'deadRowsMs', 'pinnedRowsMs', 'keptRowsMs', 'autovacuumNaptimeMs',
  'poolSize', 'uniqueKey', 'intervalMs', 'schedule', 'phase', 'pollAgain', 'locking', 'leaseMs', 'reapEveryMs', 'done',
  'cleanupEveryMs', 'retryDelayMs',
  'redriveAllowPolicy', 'redriveSources', 'pricePerMillion', 'receiveRequestAttemptId', 'read', 'transactionMs',
  'offsetTracking', 'storeEvery', 'storeMs',
  'workBytes', 'retry', 'multiplier', 'maxDelayMs', 'jitter',
  'deadLetterStrategy',
  'delayedRetryType', 'delayedRetryMinMs', 'delayedRetryMaxMs', 'release',
] as const; // prettier-ignore

const CODE_BY_NAME: ReadonlyMap<string, string> = new Map(NAMES.map((name, place) => [name, place.toString(36)]));
const NAME_BY_CODE: ReadonlyMap<string, string> = new Map(NAMES.map((name, place) => [place.toString(36), name]));

/** Marks a name that travels in full. No code starts with it. */
const IN_FULL = '$';

export function codeOf(name: string): string {
  return CODE_BY_NAME.get(name) ?? IN_FULL + name;
}

/** Undefined for a code that this list does not know. */
export function nameOf(code: string): string | undefined {
  return code.startsWith(IN_FULL) ? code.slice(IN_FULL.length) : NAME_BY_CODE.get(code);
}

/** Whether a name has a code. */
export function isListed(name: string): boolean {
  return CODE_BY_NAME.has(name);
}
