/** What a frame tells of RabbitMQ: exchanges, queues, the broker. */

/** Messages that were published to an exchange, and those of them that no queue got. */
export const EXCHANGE = { health: 0, published: 1, unroutable: 2, returned: 3, size: 4 } as const;
export const QUEUE = {
  health: 0,
  ready: 1,
  unacknowledged: 2,
  readyBytes: 3,
  /** Copies that came in, dead letters of others among them. */
  enqueued: 4,
  delivered: 5,
  redelivered: 6,
  acknowledged: 7,
  deadLettered: 8,
  dropped: 9,
  refused: 10,
  /** 0 while the broker has no such queue: it has deleted itself. */
  exists: 11,
  /** Of a stream: the offset of the next message. */
  nextOffset: 12,
  size: 13,
} as const;
/** One block per consumer of a queue, from `QueueBlock.consumersAt`. */
export const QUEUE_CONSUMER = {
  unacknowledged: 0,
  /** 0 for no limit. */
  prefetch: 1,
  /** 1 while it is the broker's consumer: connected, and not cancelled. */
  attached: 2,
  /** Of a stream: the next offset that it is sent, and how many messages it has not done. */
  position: 3,
  lag: 4,
  size: 5,
} as const;
export const RABBITMQ = {
  health: 0,
  queues: 1,
  /** Bytes of bodies in all queues. */
  bytes: 2,
  /** 1 while it blocks publishers. */
  alarm: 3,
  size: 4,
} as const;

export interface ExchangeBlock {
  readonly kind: 'exchange';
  readonly at: number;
  /** One value for each of `bindings`: messages that it matched. */
  readonly bindingsAt: number;
  /** Ids of the `bind` edges that leave it. */
  readonly bindings: readonly string[];
}
export interface QueueBlock {
  readonly kind: 'queue';
  readonly at: number;
  readonly consumersAt: number;
  readonly consumers: readonly { readonly node: string; readonly instance: number }[];
}
export interface RabbitmqBlock {
  readonly kind: 'rabbitmq';
  readonly at: number;
}
