import { defineNode } from './definition.ts';

/** A topic of SNS: it keeps nothing, and sends a copy on to each of its subscriptions. */
export const sns = defineNode({
  kind: 'sns',
  family: 'queues',
  label: 'SNS topic',
  summary: 'Sends a copy of each message on to every queue that subscribes, as far as its filter policy lets it.',
  defaultName: 'SNS topic',
  version: 1,
  parameters: {},
  startingValues: {},
});
