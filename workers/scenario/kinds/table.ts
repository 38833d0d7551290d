/** The complete table of node kinds. Adding a row here makes every other layer's table incomplete until it follows. */
import { frame, note } from './annotations.ts';
import { client } from './client.ts';
import { cluster } from './cluster.ts';
import { consumer } from './consumer.ts';
import { exchange } from './exchange.ts';
import { producer } from './producer.ts';
import { queue } from './queue.ts';
import { rabbitmq } from './rabbitmq.ts';
import { sns } from './sns.ts';
import { sqs } from './sqs.ts';
import { store } from './store.ts';
import { topic } from './topic.ts';

export const nodeKinds = {
  producer,
  client,
  topic,
  cluster,
  exchange,
  queue,
  rabbitmq,
  sqs,
  sns,
  store,
  consumer,
  note,
  frame,
} as const;
export type NodeKind = keyof typeof nodeKinds;
