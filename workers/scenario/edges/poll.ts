import { choice, integer, milliseconds, shape } from '../fields.ts';
import { distributionSchema } from '../values/distribution.ts';
import { defineProtocol } from './definition.ts';
import { network } from './network.ts';

/** Instances that poll a table for work. */
export const poll = defineProtocol({
  edge: 'poll',
  from: ['store'],
  to: ['consumer', 'client'],
  label: 'Poll',
  summary: 'Each instance asks the table for rows, works on them and says that they are done.',
  version: 1,
  parameters: {
    intervalMs: shape(distributionSchema, {
      label: 'Interval',
      help: 'Time between two polls of an instance. A message waits for half of it on average; every poll costs the database a query, found or not.',
      default: { type: 'constant', mean: 1000 },
    }),
    schedule: choice({
      label: 'Counted from',
      help: 'The end of the poll before and its work, or its beginning. A poll that comes late moves those that follow.',
      options: { fixedDelay: 'The end: fixed delay', fixedRate: 'The beginning: fixed rate' },
      default: 'fixedDelay',
    }),
    phase: choice({
      label: 'First polls',
      help: 'When instances begin: each at an instant of its own, evenly apart, or all at once.',
      options: { random: 'At random', staggered: 'Evenly apart', together: 'All at once' },
      default: 'random',
    }),
    pollAgain: choice({
      label: 'Poll again at once',
      help: 'Instead of waiting for the interval: when something was found, or as much as was asked for.',
      options: { whenAny: 'When something was found', whenFull: 'When the batch was full', never: 'Never' },
      default: 'whenAny',
    }),
    read: choice({
      label: 'Looks for',
      help: 'Rows that are ready; or rows after the last id that was read, which misses for ever what is committed later under a smaller id.',
      broker: 'WHERE id >',
      options: { ready: 'What is ready', afterLastId: 'What comes after the last id' },
      default: 'ready',
      simplified:
        'The id is one for all instances, and a batch moves it when it is done. A row that was missed is not found by anybody.',
    }),
    batchSize: integer({
      label: 'Batch',
      help: 'How many rows a poll takes at most.',
      unit: 'messages',
      broker: 'LIMIT',
      default: 1,
      min: 1,
      max: 100_000,
    }),
    locking: choice({
      label: 'Locks',
      help: 'Without them several instances find the same rows, and all work on them. FOR UPDATE makes them wait for each other; SKIP LOCKED passes over what others have.',
      broker: 'FOR UPDATE',
      options: { none: 'None', rowLock: 'FOR UPDATE', skipLocked: 'FOR UPDATE SKIP LOCKED' },
      default: 'skipLocked',
    }),
    claim: choice({
      label: 'Rows are taken by',
      help: 'A transaction that is open during the work: a crash gives them back. A status that is committed first: after a crash they stay claimed. Or they are deleted at once: a crash loses them.',
      options: {
        transaction: 'A transaction around the work',
        status: 'A status, committed first',
        delete: 'Deleting them',
      },
      default: 'transaction',
    }),
    leaseMs: milliseconds({
      label: 'Lease',
      help: 'How long a claim by status lasts (locked_until); a reaper gives back what is claimed for longer, also what is still in work.',
      default: 0,
      min: 0,
      max: 86_400_000,
      special: { value: 0, meaning: 'for ever' },
      when: { parameter: 'claim', is: ['status'] },
    }),
    reapEveryMs: milliseconds({
      label: 'Reaper every',
      help: 'How often a job looks for leases that have ended.',
      default: 1000,
      min: 1,
      max: 86_400_000,
      when: { parameter: 'claim', is: ['status'] },
      simplified: 'The job runs in the database, and only with a lease.',
    }),
    done: choice({
      label: 'What is done is',
      help: 'Deleted, or marked and kept: then the table grows, and with it the time that polls take, until a clean-up.',
      options: { delete: 'Deleted', mark: 'Marked and kept' },
      default: 'delete',
    }),
    cleanupEveryMs: milliseconds({
      label: 'Clean-up every',
      help: 'How often a job deletes all rows that are marked done.',
      default: 0,
      min: 0,
      max: 86_400_000,
      special: { value: 0, meaning: 'never' },
      when: { parameter: 'done', is: ['mark'] },
      simplified: 'The job runs in the database.',
    }),
    retryDelayMs: milliseconds({
      label: 'Retry delay',
      help: 'A row whose work failed is not found for so long; then it is at its old place.',
      default: 0,
      min: 0,
      max: 86_400_000,
    }),
    maxAttempts: integer({
      label: 'Attempts, most',
      help: 'A row that failed so often is passed over from then on.',
      unit: 'count',
      default: 0,
      min: 0,
      max: 1_000_000,
      special: { value: 0, meaning: 'no limit' },
    }),
    network,
  },
  startingValues: { batchSize: 10, maxAttempts: 5, retryDelayMs: 500 },
});
