/** Settings of a share group (KIP-932): those of the group, which the broker keeps, and those of its members' client. */
import { choice, group, integer, milliseconds, toggle } from '../fields.ts';

const KAFKA = 'Kafka 4.2';

const EXPLICIT = { parameter: 'acknowledgementMode', is: ['explicit'] } as const;

export const shareGroup = group(
  {
    lockDurationMs: milliseconds({
      label: 'Record lock',
      help: 'How long an acquired record is kept for its member; not acknowledged by then, it is delivered again.',
      broker: 'group.share.record.lock.duration.ms',
      origin: KAFKA,
      default: 30_000,
      min: 1,
      max: 3_600_000,
    }),
    deliveryCountLimit: integer({
      label: 'Deliveries, most',
      help: 'A record that has been delivered this often and comes back is archived: nobody gets it any more.',
      unit: 'count',
      broker: 'group.share.delivery.count.limit',
      origin: KAFKA,
      default: 5,
      min: 2,
      max: 10,
    }),
    maxRecordLocks: integer({
      label: 'Records in hand, most',
      help: 'How far acquired records may reach beyond the oldest one of a partition that is not done with; then no new ones are given out.',
      unit: 'messages',
      broker: 'group.share.partition.max.record.locks',
      origin: KAFKA,
      default: 2000,
      min: 1,
      max: 10_000,
    }),
    acknowledgementMode: choice({
      label: 'Acknowledgement',
      help: 'Implicit: the next poll accepts everything that the last one gave, finished or failed. Explicit: each record is accepted, released or rejected by what came of it.',
      broker: 'share.acknowledgement.mode',
      origin: KAFKA,
      options: { implicit: 'Implicit: by the next poll', explicit: 'Explicit: record by record' },
      default: 'implicit',
    }),
    onFailure: choice({
      label: 'After a failure',
      help: 'What an explicitly acknowledging handler says of a record it could not handle: try again, or never.',
      broker: 'AcknowledgeType',
      options: { release: 'Release: deliver it again', reject: 'Reject: archive it' },
      default: 'release',
      when: EXPLICIT,
    }),
    renew: toggle({
      label: 'Renew locks',
      help: 'With explicit acknowledgement, locks of records still in hand are renewed when half of their time is over.',
      broker: 'AcknowledgeType.RENEW',
      origin: 'KIP-1222',
      default: false,
      when: EXPLICIT,
    }),
    autoOffsetReset: choice({
      label: 'Offset reset',
      help: 'Where a share group begins in a partition that it has not read before.',
      broker: 'share.auto.offset.reset',
      origin: KAFKA,
      options: { latest: 'Latest: only new records', earliest: 'Earliest: from the beginning' },
      default: 'latest',
    }),
    sessionTimeoutMs: milliseconds({
      label: 'Session timeout',
      help: 'A member whose heartbeats stop is removed after this time, and what it holds is released.',
      broker: 'group.share.session.timeout.ms',
      origin: KAFKA,
      default: 45_000,
      min: 1,
      max: 1_800_000,
    }),
    heartbeatIntervalMs: milliseconds({
      label: 'Heartbeat interval',
      help: 'Time between heartbeats; a member learns its partitions with its next one.',
      broker: 'group.share.heartbeat.interval.ms',
      origin: KAFKA,
      default: 5000,
      min: 1,
      max: 1_800_000,
    }),
  },
  {
    label: 'Share group',
    help: 'How long records are locked for a member, how often they are delivered, and how they are acknowledged.',
    when: { parameter: 'groupProtocol', is: ['share'] },
  },
);
