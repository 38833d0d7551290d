/** What clients of AWS have in common: how they batch, repeat and give up calls. */
import { integer, milliseconds } from '../fields.ts';
import { onFull } from './on-full.ts';

const BOTOCORE = 'botocore, retry mode standard';

/** Settings of calls that send. */
export const sendingCalls = {
  batchSize: integer({
    label: 'Batch size',
    help: 'Messages in one call; 1 sends each by itself. A batch costs as much as one call and holds at most 1 MiB.',
    unit: 'messages',
    broker: 'SendMessageBatch entries',
    origin: 'Amazon SQS',
    default: 1,
    min: 1,
    max: 10,
  }),
  lingerMs: milliseconds({
    label: 'Linger',
    help: 'How long a batch that is not full waits for company.',
    default: 0,
    min: 0,
    max: 60_000,
    when: { parameter: 'batchSize', isNot: [1] },
  }),
  maxConnections: integer({
    label: 'Calls at once',
    help: 'Calls that one process may have under way. With more than one, messages may arrive in another order.',
    unit: 'count',
    broker: 'max_pool_connections',
    origin: 'botocore',
    default: 10,
    min: 1,
    max: 1000,
  }),
  bufferSize: integer({
    label: 'Buffer',
    help: 'Messages that wait in the process for a call. Beyond there is no room.',
    unit: 'messages',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    section: 'Buffer',
  }),
  ...onFull,
  ...callSettings(),
};

/** How a call is repeated and given up. */
function callSettings() {
  return {
    timeoutMs: milliseconds({
      label: 'Call timeout',
      section: 'Retries',
      help: 'How long a call waits for its answer before it counts as failed and is tried again.',
      broker: 'read_timeout',
      origin: 'botocore',
      default: 60_000,
      min: 1,
      max: 3_600_000,
    }),
    maxAttempts: integer({
      label: 'Attempts',
      section: 'Retries',
      help: 'How often a call is tried. A send that is repeated because its answer got lost is a second message on a standard queue.',
      unit: 'count',
      broker: 'max_attempts',
      origin: BOTOCORE,
      default: 3,
      min: 1,
      max: 100,
    }),
    backoffMs: milliseconds({
      label: 'Backoff',
      section: 'Retries',
      help: 'Before an attempt the client waits up to this long, doubled with every attempt, at random.',
      origin: BOTOCORE,
      default: 1000,
      min: 0,
      max: 60_000,
    }),
    backoffMaxMs: milliseconds({
      label: 'Backoff, most',
      section: 'Retries',
      help: 'The longest that it waits before an attempt.',
      origin: BOTOCORE,
      default: 20_000,
      min: 0,
      max: 600_000,
    }),
  };
}
