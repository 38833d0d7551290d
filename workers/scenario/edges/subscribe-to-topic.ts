import { choice, integer, milliseconds } from '../fields.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';
import { shareGroup } from './share-group.ts';

const KAFKA = 'Kafka 4.0';

/** A share group has no positions of its members: records are acknowledged one by one. */
const IN_CONSUMER_GROUPS = { parameter: 'groupProtocol', is: ['classic'] } as const;

/** A consumer group (classic group protocol) or a share group on a topic. */
export const subscribeToTopic = defineProtocol({
  edge: 'subscribe',
  from: ['topic'],
  to: ['consumer'],
  label: 'Subscribe',
  summary:
    'A group of readers: a consumer group divides the partitions among its instances, in a share group they compete for records.',
  version: 1,
  parameters: {
    groupProtocol: choice({
      label: 'Protocol',
      help: 'In a consumer group a partition has one reader at a time. In a share group members compete for its records, and acknowledge them one by one.',
      broker: 'group.protocol',
      origin: KAFKA,
      options: { classic: 'Classic: consumer group', share: 'Share group' },
      default: 'classic',
      simplified:
        'A share group is no value of group.protocol in Kafka: its members use another client, the share consumer.',
    }),
    commit: choice({
      label: 'Commit',
      help: 'When the position is saved: before the work (a crash loses), after it (a crash doubles), by a timer inside poll, or never by itself.',
      broker: 'enable.auto.commit',
      origin: KAFKA,
      options: { after: 'After the work', before: 'Before the work', auto: 'Automatic', manual: 'Never by itself' },
      default: 'auto',
      when: IN_CONSUMER_GROUPS,
    }),
    autoCommitIntervalMs: milliseconds({
      label: 'Auto-commit interval',
      help: 'With automatic commits, the shortest time between two of them.',
      broker: 'auto.commit.interval.ms',
      origin: KAFKA,
      default: 5000,
      min: 1,
      max: 3_600_000,
      when: IN_CONSUMER_GROUPS,
    }),
    assignor: choice({
      label: 'Assignor',
      help: 'How partitions are shared among members. All but the cooperative one stop every member during a rebalance.',
      broker: 'partition.assignment.strategy',
      origin: KAFKA,
      options: {
        range: 'Range',
        roundrobin: 'Round robin',
        sticky: 'Sticky',
        'cooperative-sticky': 'Cooperative sticky',
      },
      default: 'range',
    }),
    client: choice({
      label: 'Client library',
      help: 'Whose assignors the members run. The sticky ones of librdkafka even out as well, and move other partitions.',
      options: { java: 'Java', librdkafka: 'librdkafka (C, Python, Go, .NET, Node)' },
      default: 'java',
      advanced: true,
      simplified: 'The libraries differ in nothing else here.',
    }),
    autoOffsetReset: choice({
      label: 'Offset reset',
      help: 'Where a group without a committed position starts, or one whose position is no longer in the log.',
      broker: 'auto.offset.reset',
      origin: KAFKA,
      options: {
        latest: 'Latest: only new records',
        earliest: 'Earliest: from the beginning',
        by_duration: 'By duration: what is not older',
        none: 'None: the poll throws',
      },
      default: 'latest',
      when: IN_CONSUMER_GROUPS,
    }),
    offsetResetMs: milliseconds({
      label: 'Reset back by',
      help: 'Reading starts at the first record that is not older than this, or at the end of the log.',
      broker: 'auto.offset.reset=by_duration:',
      origin: KAFKA,
      simplified: 'Kafka writes the duration into the same setting, as PT1H for an hour.',
      default: 3_600_000,
      min: 0,
      max: 8_640_000_000,
      when: { parameter: 'autoOffsetReset', is: ['by_duration'] },
    }),
    maxPollRecords: integer({
      label: 'Records per poll',
      help: 'Most records handed to the handler by one poll; with commits after the work, also the most that a crash can double.',
      unit: 'messages',
      broker: 'max.poll.records',
      origin: KAFKA,
      default: 500,
      min: 1,
      max: 100_000,
    }),
    maxPollIntervalMs: milliseconds({
      label: 'Poll interval, most',
      help: 'A member that does not poll for this long leaves the group.',
      broker: 'max.poll.interval.ms',
      origin: KAFKA,
      default: 300_000,
      min: 1,
      max: 86_400_000,
    }),
    sessionTimeoutMs: milliseconds({
      label: 'Session timeout',
      help: 'A member whose heartbeats stop is removed after this time.',
      broker: 'session.timeout.ms',
      origin: KAFKA,
      default: 45_000,
      min: 1,
      max: 1_800_000,
    }),
    heartbeatIntervalMs: milliseconds({
      label: 'Heartbeat interval',
      help: 'Time between heartbeats; a member learns of a rebalance with its next one.',
      broker: 'heartbeat.interval.ms',
      origin: KAFKA,
      default: 3000,
      min: 1,
      max: 1_800_000,
    }),
    initialRebalanceDelayMs: milliseconds({
      label: 'Initial rebalance delay',
      help: 'How long an empty group waits for more members before its first rebalance.',
      broker: 'group.initial.rebalance.delay.ms',
      origin: KAFKA,
      default: 3000,
      min: 0,
      max: 600_000,
      advanced: true,
    }),
    share: shareGroup,
    network,
  },
  startingValues: {
    commit: 'after',
    assignor: 'cooperative-sticky',
    autoOffsetReset: 'earliest',
    maxPollRecords: 10,
    sessionTimeoutMs: 6000,
    heartbeatIntervalMs: 1000,
    initialRebalanceDelayMs: 0,
  },
});
