import { integer, milliseconds, shape } from '../fields.ts';
import { distributionSchema } from '../values/distribution.ts';
import { defineNode } from './definition.ts';

const POSTGRES = 'PostgreSQL 15';
const MEASURED = 'Fitted to a PostgreSQL 15 on two cores that it shared with its clients.';

/** A table of a database, used as a queue. */
export const store = defineNode({
  kind: 'store',
  family: 'queues',
  label: 'Database table',
  summary:
    'A table used as a queue: rows are inserted, found by polling, locked or claimed, and deleted or marked done.',
  defaultName: 'Jobs table',
  version: 1,
  parameters: {
    readMs: shape(distributionSchema, {
      label: 'A statement',
      section: 'What statements cost',
      help: 'Time on a core until a statement has found its rows, in a table without a past.',
      default: { type: 'constant', mean: 0.08 },
      simplified: `One time stands for parsing, planning, caches and disks. ${MEASURED}`,
    }),
    writeMs: milliseconds({
      label: 'A row written',
      section: 'What statements cost',
      help: 'Time on a core for each row that a statement inserts, updates or deletes.',
      default: 0.024,
      min: 0,
      max: 60_000,
      simplified: MEASURED,
    }),
    commitMs: shape(distributionSchema, {
      label: 'Flush of the log',
      section: 'What statements cost',
      help: 'How long a commit waits for the disk. Commits that come meanwhile go together with the next flush. 0 is synchronous_commit off.',
      broker: 'synchronous_commit',
      default: { type: 'exponential', mean: 0.12 },
      simplified: `What was committed is never lost, also with 0. ${MEASURED}`,
    }),
    cores: integer({
      label: 'Cores',
      help: 'How many statements run at a time; others wait in order.',
      unit: 'count',
      default: 2,
      min: 1,
      max: 256,
    }),
    connections: integer({
      label: 'Connections',
      help: 'How many clients may have a statement or a transaction open. A transaction keeps its connection, also while its client works or is silent.',
      unit: 'count',
      broker: 'max_connections',
      origin: POSTGRES,
      default: 100,
      min: 1,
      max: 10_000,
      simplified: 'Who finds none free waits, as in a pool in front of the server; PostgreSQL itself refuses.',
    }),
    deadRowsMs: milliseconds({
      label: 'A thousand dead rows',
      section: 'What a past costs',
      help: 'What every poll takes longer for a thousand row versions that were updated or deleted and not vacuumed yet.',
      default: 0.002,
      min: 0,
      max: 60_000,
      simplified: MEASURED,
    }),
    pinnedRowsMs: milliseconds({
      label: 'The same, in view of a transaction',
      section: 'What a past costs',
      help: 'For those that died after the oldest open transaction began: nothing can pass over them or remove them.',
      default: 0.05,
      min: 0,
      max: 60_000,
      simplified: MEASURED,
    }),
    keptRowsMs: milliseconds({
      label: 'A thousand rows kept',
      section: 'What a past costs',
      help: 'What every poll takes longer for a thousand rows that are marked done. 0 with an index on what is ready only.',
      default: 0.05,
      min: 0,
      max: 60_000,
      simplified: 'Taken over from row versions that have to be looked at.',
    }),
    autovacuumNaptimeMs: milliseconds({
      label: 'Autovacuum every',
      section: 'What a past costs',
      help: 'How often it looks for dead rows: it removes them when they are more than 50 and a fifth of the table.',
      broker: 'autovacuum_naptime',
      origin: POSTGRES,
      default: 60_000,
      min: 0,
      max: 86_400_000,
      special: { value: 0, meaning: 'never' },
      simplified: 'A vacuum takes no time.',
    }),
  },
  startingValues: { autovacuumNaptimeMs: 10_000 },
});
