/**
 * Until version 1 a topic's retention took records one by one, within 10 ms. It now takes whole segments whenever the broker looks,
 * which by Kafka's defaults is after a week and every five minutes: a topic with a retention of its own gets segments and looks
 * of 10 ms, so that it goes on to show the same.
 */
import type { PlainObject } from '../plain.ts';
import type { KindMigration } from './migration.ts';

const RECORD_BY_RECORD: PlainObject = { segmentMs: 10, retentionCheckIntervalMs: 10 };

export const topic1To2: KindMigration = {
  subject: 'topic',
  to: 2,
  what: 'retention takes segments, so topics that have one get small segments',
  rewrite: {
    members: (members) => {
      const limited = [members['retentionMs'], members['retentionBytes']].some(
        (limit) => limit !== undefined && limit !== -1,
      );
      return limited ? { ...RECORD_BY_RECORD, ...members } : members;
    },
    renamed: {},
  },
};
