/** Frames: the gauges of queues of SQS and topics of SNS, as `frame.ts` has them of everything else. */

/** A queue of SQS. */
export const SQS = {
  health: 0,
  visible: 1,
  inFlight: 2,
  delayed: 3,
  /** age of its oldest message */ oldestNs: 4,
  /** receives that wait for messages */ waiting: 5,
  /** calls that reached it by kind, throttled and empty ones included */ sends: 6,
  emptyReceives: 7,
  throttled: 8,
  /** how long a receive hides messages */ visibilityNs: 9,
  /** how many of `SQS_TIMERS` are filled */ timers: 10,
  /** requests that are paid for: calls, and what large payloads cost beside */ requests: 11,
  /** US dollars for a million of them */ pricePerMillion: 12,
  receives: 13,
  deletes: 14,
  changes: 15,
  size: 16,
} as const;
/** Hidden messages of which it is told how long they stay hidden, from `SqsBlock.timersAt`: the next to come back first. */
export const SQS_TIMERS = 24;

/** A topic of SNS. */
export const SNS = {
  health: 0,
  /** calls */ publishes: 1,
  /** messages */ published: 2,
  /** as of a queue */ requests: 3,
  pricePerMillion: 4,
  size: 5,
} as const;

export interface SqsBlock {
  readonly kind: 'sqs';
  readonly at: number;
  readonly timersAt: number;
}

export interface SnsBlock {
  readonly kind: 'sns';
  readonly at: number;
}
