import { distributionSchema } from '../values/distribution.ts';
import { choice, group, integer, milliseconds, number, probability, shape, text } from '../fields.ts';
import { autoscale } from './autoscale.ts';
import { defineNode } from './definition.ts';

const SPRING = 'Spring Framework 7';
const RETRIED = { parameter: 'maxAttempts', isNot: [1] } as const;

const retry = group(
  {
    maxAttempts: integer({
      label: 'Attempts, most',
      help: 'So many attempts at a message in all, by the worker that has it, before handling counts as failed. Meanwhile whatever is behind it in the partition or in this worker waits.',
      unit: 'count',
      broker: 'maxAttempts',
      origin: SPRING,
      default: 1,
      min: 1,
      max: 1000,
      special: { value: 1, meaning: 'no retry' },
    }),
    delayMs: milliseconds({
      label: 'First delay',
      help: 'Between the first attempt and the second.',
      broker: 'delay',
      origin: SPRING,
      default: 1000,
      min: 0,
      max: 86_400_000,
      when: RETRIED,
    }),
    multiplier: number({
      label: 'Multiplier',
      help: 'Each delay is that many times the one before.',
      unit: 'factor',
      broker: 'multiplier',
      origin: SPRING,
      default: 1,
      min: 1,
      max: 1000,
      when: RETRIED,
    }),
    maxDelayMs: milliseconds({
      label: 'Longest delay',
      help: 'Delays do not grow beyond it.',
      broker: 'maxDelay',
      origin: SPRING,
      default: 86_400_000,
      min: 0,
      max: 86_400_000,
      when: RETRIED,
    }),
    jitter: choice({
      label: 'Jitter',
      help: 'Chance in the delay, so that many who failed at once do not try again at once: none, anything up to the delay, between its half and the whole, or up to three times what was last slept.',
      origin: 'AWS Architecture Blog, Exponential Backoff and Jitter',
      options: { none: 'None', full: 'Full', equal: 'Equal', decorrelated: 'Decorrelated' },
      default: 'none',
      when: RETRIED,
    }),
  },
  {
    label: 'Retries in place',
    help: 'The handler tries again by itself, and the broker learns nothing of it: the message stays unacknowledged.',
  },
);

/** A group of instances, each running a handler: its own work, its outgoing edges in order, then the acknowledgement. */
export const consumer = defineNode({
  kind: 'consumer',
  family: 'handlers',
  label: 'Consumer',
  summary: 'A group of instances that read messages and do work for each.',
  defaultName: 'Consumer',
  version: 1,
  parameters: {
    instances: integer({
      label: 'Instances',
      help: 'Processes in this group. In a consumer group a partition is read by one of them at a time, so instances beyond the number of partitions idle.',
      unit: 'count',
      default: 1,
      min: 0,
      max: 500,
    }),
    concurrency: integer({
      label: 'Concurrency',
      help: 'Messages one instance works on at once, from one queue of fetched messages. Above 1, order per key is no longer kept.',
      unit: 'count',
      default: 1,
      min: 1,
      max: 1000,
    }),
    workMs: shape(distributionSchema, {
      label: 'Work',
      help: 'Processing time of one message; its end is the moment the effect takes place.',
      default: { type: 'exponential', mean: 20 },
    }),
    workBytes: integer({
      label: 'Work is for',
      help: 'The work above is that of a message of so many bytes; another one takes in proportion to its size.',
      unit: 'bytes',
      default: 0,
      min: 0,
      max: 1_000_000_000,
      special: { value: 0, meaning: 'any size' },
      advanced: true,
    }),
    cores: integer({
      label: 'Cores',
      help: 'Processor cores of one instance, shared alike by its workers: while more of them work than there are cores, each takes longer.',
      unit: 'count',
      default: 0,
      min: 0,
      max: 1000,
      special: { value: 0, meaning: 'one for each worker' },
      simplified: 'Work is all computing: a worker that waits for something else has its share all the same.',
      advanced: true,
    }),
    failureRate: probability({
      label: 'Failures',
      help: 'Probability that handling a message fails: no effect, nothing published. In a consumer group the handler then goes on with the next message; in a share group it may release or reject it.',
      default: 0,
    }),
    poisonRate: probability({
      label: 'Poison messages',
      help: 'Share of messages that no attempt can handle: each of them fails here whenever it is delivered.',
      default: 0,
    }),
    retry,
    crash: group(
      {
        mtbfMs: milliseconds({
          label: 'Crashes every',
          help: 'Mean time between crashes of one instance, exponentially distributed.',
          default: 0,
          min: 0,
          max: 86_400_000,
          special: { value: 0, meaning: 'never' },
        }),
        restartMs: milliseconds({
          label: 'Restarts after',
          help: 'Time from a crash until the process runs again and joins the group as a new member.',
          default: 1000,
          min: 0,
          max: 3_600_000,
        }),
      },
      { label: 'Random crashes', help: 'A crash may fall between any two steps of a handler.' },
    ),
    autoscale,
    group: text({
      label: 'Group',
      help: 'Consumers with the same group share partitions; empty means a group of its own.',
      broker: 'group.id',
      default: '',
      maxLength: 100,
      advanced: true,
    }),
  },
  startingValues: {},
});
