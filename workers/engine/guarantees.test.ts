/**
 * What Kafka's documentation promises of a configuration, and what the ledger finds. Each configuration runs under many
 * seeds with the fault that its sentence speaks of. Where the documentation says that something can happen, it does, and
 * messages with their history show it; what it says cannot happen never does.
 *
 * "Design" is kafka.apache.org/documentation, section 4.6 Message Delivery Semantics; the others are the documentation of
 * the named setting or class (apache/kafka at 1eb7644).
 */
import { describe, expect, test } from 'vitest';
import type { Scenario } from '../scenario/document.ts';
import { createRun, fromMs, report, runUntil } from './engine.ts';
import type { Guarantee, SubscriptionReport } from './report.ts';
import {
  constant,
  latency,
  scenario,
  type ClusterSettings,
  type ConsumerSettings,
  type PublishSettings,
  type SubscribeSettings,
  type TopicSettings,
} from './testing/scenario-builder.ts';

/** What can go wrong, as the ledger calls it, and the kind of evidence that shows it. */
const WRONGS = {
  lost: 'lost',
  gone: 'gone',
  duplicateEffects: 'duplicateEffect',
  outOfOrderPerKey: 'outOfOrder',
  unexpected: 'unexpected',
} as const satisfies Partial<Record<keyof SubscriptionReport, string>>;
type Wrong = keyof typeof WRONGS;

interface Configuration {
  readonly name: string;
  readonly source: string;
  /** The sentence of the documentation. */
  readonly says: string;
  /** It has to show: what the sentence says can happen. */
  readonly shows: readonly Wrong[];
  /** It may show besides. */
  readonly mayShow?: readonly Wrong[];
  /** The weakest verdict of all seeds. */
  readonly verdict: Guarantee;
  readonly of: (seed: number) => Scenario;
}

const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1);
const LAST_FACT_MS = 8000;
/** Long enough for everything to be read, retried and redelivered. */
const END_MS = 40_000;

interface Parts {
  readonly publish?: PublishSettings;
  readonly subscribe?: SubscribeSettings;
  readonly topic?: TopicSettings;
  readonly consumer?: ConsumerSettings;
}

/** One producer, a topic with three partitions, a group of two. Latencies vary, so that seeds differ in their timing. */
function line(seed: number, { publish = {}, subscribe = {}, topic = {}, consumer = {} }: Parts) {
  const varying = { type: 'uniform', min: 0.5, max: 2 } as const;
  return scenario(seed)
    .producer('p', {
      arrivals: { type: 'poisson', ratePerSecond: 200 },
      key: { type: 'uniform', keys: 12 },
      stopMs: LAST_FACT_MS,
    })
    .topic('t', { partitions: 3, appendMs: 0.1, ...topic })
    .consumer('c', { instances: 2, workMs: constant(2), group: 'g', ...consumer })
    .publish('p', 't', { lingerMs: 2, network: { latencyMs: varying }, requestTimeoutMs: 200, ...publish })
    .subscribe('t', 'c', {
      network: latency(1),
      sessionTimeoutMs: 600,
      heartbeatIntervalMs: 100,
      maxPollRecords: 20,
      ...subscribe,
    });
}

/** The leader dies twice and comes back; a follower takes over meanwhile. */
const REPLICATED: TopicSettings = { replicationFactor: 3, minInsyncReplicas: 2, replicationMs: 10, electionMs: 300 };
const leaderDies = (seed: number, publish: PublishSettings) =>
  line(seed, { publish, topic: REPLICATED })
    .fault({ atMs: 2003, do: 'crash', target: 't', forMs: 1000 })
    .fault({ atMs: 5007, do: 'crash', target: 't', forMs: 1000 })
    .build();

/** Answers to the producer disappear for half a second, twice. */
const acknowledgementsLost = (seed: number, publish: PublishSettings) =>
  line(seed, { publish })
    .fault({ atMs: 2000, do: 'dropAcks', target: 'p-t', forMs: 500 })
    .fault({ atMs: 5000, do: 'dropAcks', target: 'p-t', forMs: 500 })
    .build();

/** One request or answer in twenty disappears. */
const requestsLost = (seed: number, publish: PublishSettings) =>
  line(seed, { publish: { network: { ...latency(1), loss: 0.05 }, ...publish } }).build();

/**
 * Two replicas; the follower is frozen and leaves the ISR, then the leader dies, and the follower wakes up alone. The leader
 * comes back at last. Consumers stand still from before the one until after the other.
 */
const onlyReplicaLeftDies = (seed: number, cluster: ClusterSettings, topic: TopicSettings) =>
  line(seed, { topic: { replicationFactor: 2, ...topic }, subscribe: { sessionTimeoutMs: 45_000 } })
    .cluster('k', {
      brokers: 2,
      replicaLagTimeMaxMs: 500,
      brokerSessionTimeoutMs: 1000,
      brokerHeartbeatIntervalMs: 200,
      ...cluster,
    })
    .host('k', 't', { replicaAssignment: '0:1,0:1,0:1' })
    // Nobody reads meanwhile what only the leader has.
    .fault({ atMs: 1500, do: 'pause', target: 'c', forMs: 4000 })
    .fault({ atMs: 1500, do: 'pause', target: 'k', instance: 1, forMs: 2600 })
    .fault({ atMs: 4000, do: 'crash', target: 'k', instance: 0, forMs: 5000 })
    .build();

/** Instances of the consumer crash at random. */
const consumerCrashes = (seed: number, subscribe: SubscribeSettings, consumer: ConsumerSettings = {}) =>
  line(seed, { subscribe, consumer: { crash: { mtbfMs: 1500, restartMs: 300 }, ...consumer } });

/** The group publishes one message for each to a second topic, which `d` reads; its instances crash at random. */
const pipelineCrashes = (seed: number, { subscribe, publish, read }: PipelineParts) =>
  consumerCrashes(seed, subscribe)
    .topic('out', { partitions: 3, appendMs: 0.1 })
    .consumer('d')
    .publish('c', 'out', { lingerMs: 1, network: latency(1), ...publish })
    .subscribe('out', 'd', { network: latency(1), ...read })
    .build();

interface PipelineParts {
  readonly subscribe: SubscribeSettings;
  readonly publish: PublishSettings;
  readonly read: SubscribeSettings;
}

const IN_TRANSACTIONS = { subscribe: { commit: 'transaction' }, publish: { transactionalId: 'x' } } as const;

const CONFIGURATIONS: readonly Configuration[] = [
  {
    name: 'acks=0, the leader dies',
    source: 'acks',
    says: 'No guarantee can be made that the server has received the record in this case, and the retries configuration will not take effect (as the client won’t generally know of any failures).',
    shows: ['gone'],
    verdict: 'at-most-once',
    of: (seed) => leaderDies(seed, { acks: '0' }),
  },
  {
    name: 'acks=1, the leader dies',
    source: 'acks',
    says: 'In this case should the leader fail immediately after acknowledging the record but before the followers have replicated it then the record will be lost.',
    shows: ['lost'],
    // Retries without idempotence; see below.
    mayShow: ['duplicateEffects', 'outOfOrderPerKey'],
    verdict: 'at-most-once',
    of: (seed) => leaderDies(seed, { acks: '1' }),
  },
  {
    name: 'acks=all with idempotence, the leader dies',
    source: 'acks',
    says: 'This guarantees that the record will not be lost as long as at least one in-sync replica remains alive. This is the strongest available guarantee.',
    shows: [],
    verdict: 'exactly-once effect',
    of: (seed) => leaderDies(seed, { acks: 'all' }),
  },
  {
    name: 'acks=all with unclean elections, the only replica in sync dies',
    source: 'unclean.leader.election.enable',
    says: 'Indicates whether to enable replicas not in the ISR set to be elected as leader as a last resort, even though doing so may result in data loss.',
    shows: ['lost'],
    verdict: 'at-most-once',
    of: (seed) => onlyReplicaLeftDies(seed, { uncleanLeaderElectionEnable: true }, {}),
  },
  {
    name: 'acks=all without unclean elections, the only replica in sync dies',
    source: 'Design, 4.7',
    says: 'Disable unclean leader election - if all replicas become unavailable, then the partition will remain unavailable until the most recent leader becomes available again. This effectively prefers unavailability over the risk of message loss.',
    shows: [],
    verdict: 'exactly-once effect',
    of: (seed) => onlyReplicaLeftDies(seed, { uncleanLeaderElectionEnable: false }, {}),
  },
  {
    name: 'acks=all with unclean elections and min.insync.replicas=2, one of two replicas falls behind and the other one dies',
    source: 'Design, 4.7',
    says: 'Specify a minimum ISR size - the partition will only accept writes if the size of the ISR is above a certain minimum, in order to prevent the loss of messages that were written to just a single replica, which subsequently becomes unavailable.',
    shows: [],
    verdict: 'exactly-once effect',
    of: (seed) => onlyReplicaLeftDies(seed, { uncleanLeaderElectionEnable: true }, { minInsyncReplicas: 2 }),
  },
  {
    name: 'acks=all without idempotence, acknowledgements are lost',
    source: 'Design',
    says: 'This provides at-least-once delivery semantics since the message may be written to the log again during resending if the original request had in fact succeeded.',
    shows: ['duplicateEffects'],
    mayShow: ['outOfOrderPerKey'],
    verdict: 'at-least-once',
    of: (seed) => acknowledgementsLost(seed, { acks: 'all', enableIdempotence: false }),
  },
  {
    name: 'acks=all with idempotence, acknowledgements are lost',
    source: 'Design; enable.idempotence (KIP-98)',
    says: 'Since 0.11.0.0, the Kafka producer also supports an idempotent delivery option which guarantees that resending will not result in duplicate entries in the log.',
    shows: [],
    verdict: 'exactly-once effect',
    of: (seed) => acknowledgementsLost(seed, { acks: 'all' }),
  },
  {
    name: 'acks=all without idempotence and with 5 requests in flight, requests are lost',
    source: 'max.in.flight.requests.per.connection',
    says: 'If this configuration is set to be greater than 1 and enable.idempotence is set to false, there is a risk of message reordering after a failed send due to retries.',
    shows: ['outOfOrderPerKey', 'duplicateEffects'],
    verdict: 'at-least-once',
    of: (seed) => requestsLost(seed, { enableIdempotence: false, maxInFlight: 5 }),
  },
  {
    name: 'acks=all without idempotence and with 1 request in flight, requests are lost',
    source: 'retries',
    says: 'Allowing retries while setting enable.idempotence to false and max.in.flight.requests.per.connection to greater than 1 will potentially change the ordering of records.',
    shows: ['duplicateEffects'],
    verdict: 'at-least-once',
    of: (seed) => requestsLost(seed, { enableIdempotence: false, maxInFlight: 1 }),
  },
  {
    name: 'the defaults of Kafka 3.0 and later: acks=all, idempotence, 5 in flight; requests are lost',
    source: 'enable.idempotence (KIP-679)',
    says: 'The producer will ensure that exactly one copy of each message is written in the stream (with message ordering preserved for any allowable value of max.in.flight.requests.per.connection).',
    shows: [],
    verdict: 'exactly-once effect',
    of: (seed) => requestsLost(seed, {}),
  },
  {
    name: 'positions are saved before the work, consumers crash',
    source: 'Design',
    says: 'This corresponds to "at-most-once" semantics as in the case of a consumer failure messages may not be processed.',
    shows: ['lost'],
    verdict: 'at-most-once',
    of: (seed) => consumerCrashes(seed, { commit: 'before' }).build(),
  },
  {
    name: 'positions are saved after the work, consumers crash',
    source: 'Design',
    says: 'In this case when the new process takes over the first few messages it receives will already have been processed. This corresponds to the "at-least-once" semantics in the case of consumer failure.',
    shows: ['duplicateEffects'],
    verdict: 'at-least-once',
    of: (seed) => consumerCrashes(seed, { commit: 'after' }).build(),
  },
  {
    name: 'automatic commits, everything of a poll is done before the next one, consumers crash',
    source: 'KafkaConsumer',
    says: 'Using automatic offset commits can also give you "at-least-once" delivery, but the requirement is that you must consume all data returned from each call to poll(Duration) before any subsequent calls.',
    shows: ['duplicateEffects'],
    verdict: 'at-least-once',
    of: (seed) => consumerCrashes(seed, { commit: 'auto', autoCommitIntervalMs: 200 }).build(),
  },
  {
    name: 'automatic commits, polls go on while work is left, consumers crash',
    source: 'KafkaConsumer',
    says: 'If you fail to do either of these, it is possible for the committed offset to get ahead of the consumed position, which results in missing records.',
    shows: ['lost', 'duplicateEffects', 'outOfOrderPerKey'],
    verdict: 'none',
    of: (seed) =>
      consumerCrashes(
        seed,
        { commit: 'auto', autoCommitIntervalMs: 20 },
        { concurrency: 8, workMs: { type: 'exponential', mean: 40 } },
      ).build(),
  },
  {
    name: 'no retries and positions saved before the work, requests are lost and consumers crash',
    source: 'Design',
    says: 'Otherwise, Kafka guarantees at-least-once delivery by default, and allows the user to implement at-most-once delivery by disabling retries on the producer and committing offsets in the consumer prior to processing a batch of messages.',
    shows: ['lost', 'gone'],
    verdict: 'at-most-once',
    of: (seed) =>
      line(seed, {
        publish: { retries: 0, network: { ...latency(1), loss: 0.05 } },
        subscribe: { commit: 'before' },
        consumer: { crash: { mtbfMs: 1500, restartMs: 300 } },
      }).build(),
  },
  {
    name: 'consume, process, produce with idempotence and positions saved afterwards, the process crashes',
    source: 'KafkaProducer',
    says: 'To take advantage of the idempotent producer, it is imperative to avoid application level re-sends since these cannot be de-duplicated.',
    shows: ['duplicateEffects'],
    // A process that dies does not know of what it had sent.
    mayShow: ['gone'],
    verdict: 'at-least-once',
    of: (seed) => pipelineCrashes(seed, { subscribe: { commit: 'after' }, publish: {}, read: {} }),
  },
  {
    name: 'consume, process, produce in transactions, read_committed, the process crashes',
    source: 'Design (KIP-98)',
    says: 'The transactional producer/consumer can be used generally to provide exactly-once delivery when transferring and processing data between Kafka topics.',
    shows: [],
    verdict: 'exactly-once effect',
    of: (seed) => pipelineCrashes(seed, { ...IN_TRANSACTIONS, read: { isolationLevel: 'read_committed' } }),
  },
  {
    name: 'consume, process, produce in transactions, read_uncommitted, the process crashes',
    source: 'Design',
    says: 'In the default "read_uncommitted" isolation level, all messages are visible to consumers even if they were part of an aborted transaction.',
    shows: ['unexpected'],
    mayShow: ['duplicateEffects'],
    verdict: 'at-least-once',
    of: (seed) => pipelineCrashes(seed, { ...IN_TRANSACTIONS, read: { isolationLevel: 'read_uncommitted' } }),
  },
];

const STRENGTH: readonly Guarantee[] = ['none', 'at-most-once', 'at-least-once', 'exactly-once effect'];

function outcomes(configuration: Configuration): readonly SubscriptionReport[] {
  return SEEDS.map((seed) => {
    const run = createRun(configuration.of(seed));
    runUntil(run, fromMs(END_MS));
    const told = report(run).subscriptions.at(-1)!;
    expect(told.inFlight, 'everything has met its fate').toBe(0);
    expect(told.owed).toBeGreaterThan(500);
    return told;
  });
}

describe.each(CONFIGURATIONS)('[LG13] $name', (configuration) => {
  const { shows, mayShow = [], verdict, says, source } = configuration;

  test(`${source}: “${says}”`, () => {
    const told = outcomes(configuration);
    for (const wrong of Object.keys(WRONGS) as Wrong[]) {
      const counts = told.map((one) => one[wrong]);
      if (shows.includes(wrong)) {
        expect(Math.max(...counts), wrong).toBeGreaterThan(0);
        const evidence = told.flatMap((one) => one.evidence[WRONGS[wrong]] ?? []);
        expect(evidence[0]?.history.length, `evidence of ${wrong}`).toBeGreaterThan(1);
      } else if (!mayShow.includes(wrong)) expect(counts, wrong).toEqual(told.map(() => 0));
    }
    const verdicts = told.map((one) => one.verdict);
    const weakest = STRENGTH.find((strength) => verdicts.includes(strength));
    expect(weakest).toBe(verdict);
  });
});
