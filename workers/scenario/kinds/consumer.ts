import { distributionSchema } from '../values/distribution.ts';
import { group, integer, milliseconds, probability, shape, text } from '../fields.ts';
import { autoscale } from './autoscale.ts';
import { defineNode } from './definition.ts';

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
