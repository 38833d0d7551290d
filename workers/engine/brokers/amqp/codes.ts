/** Numbers in what the broker tells. */

/** Why a copy left a queue without being acknowledged. The first four are the reasons of dead letters. */
export const REASON = {
  rejected: 0,
  expired: 1,
  maxlen: 2,
  deliveryLimit: 3,
  purged: 4,
  queueGone: 5,
  restart: 6,
} as const;

/** As `x-death` has it, by number. */
export const DEATH_REASONS = ['rejected', 'expired', 'maxlen', 'delivery_limit'] as const;
export type DeathReason = (typeof DEATH_REASONS)[number];

/** What the broker has to tell besides deliveries. Each has the message, the queue and a detail. */
export const NOTE = {
  /** A copy is in the queue. The detail is the copy. Told of dead letters and of streams; of any other publish, its route says it. */
  enqueued: 0,
  /** A copy left the queue for good; the detail is one of `REASON`. */
  dropped: 1,
  /** A copy left the queue for its dead-letter exchange and is in other queues by now; the detail is one of `REASON`. */
  deadLettered: 2,
  /** A copy left the queue, and its dead-letter exchange had no queue for it; the detail is one of `REASON`. */
  deadLetterLost: 3,
  /** The queue refused a message that was published; the detail is 0. */
  refused: 4,
  /** The broker cancelled a consumer: the detail. The message is -1. */
  cancelled: 5,
  /** The queue is no more. The message is -1. */
  queueGone: 6,
  /** The broker closed a channel: the detail. The message is -1. */
  channelClosed: 7,
} as const;
