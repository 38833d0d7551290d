/** The complete table of protocols, keyed by edge kind and the family of its far end. */
import { amqpConsume } from './amqp-consume.ts';
import { amqpPublish } from './amqp-publish.ts';
import { bind } from './bind.ts';
import { deadLetter } from './dead-letter.ts';
import { hostTopic } from './host-topic.ts';
import { insert } from './insert.ts';
import { poll } from './poll.ts';
import { publishToTopic } from './publish-to-topic.ts';
import { redrive } from './redrive.ts';
import { snsPublish } from './sns-publish.ts';
import { snsSubscribe } from './sns-subscribe.ts';
import { sqsReceive } from './sqs-receive.ts';
import { sqsSend } from './sqs-send.ts';
import { subscribeToTopic } from './subscribe-to-topic.ts';

export const protocols = {
  publishToTopic,
  subscribeToTopic,
  hostTopic,
  amqpPublish,
  bind,
  amqpConsume,
  deadLetter,
  sqsSend,
  sqsReceive,
  redrive,
  snsPublish,
  snsSubscribe,
  insert,
  poll,
} as const;
export type Protocol = keyof typeof protocols;
export type EdgeKind = (typeof protocols)[Protocol]['edge'];
