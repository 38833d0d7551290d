/** The part of a frame about clients, from `ConsumerBlock.requestsAt`. */

/** What became of a client's requests: asked = answered + givenUp + abandoned + waiting. */
export const REQUESTS = {
  asked: 0,
  answered: 1,
  givenUp: 2,
  abandoned: 3,
  waiting: 4,
  timedOut: 5,
  late: 6,
  duplicates: 7,
  strays: 8,
  /** of the round trip, nanoseconds; 0 while nothing was answered */ p50Ns: 9,
  p99Ns: 10,
  size: 11,
} as const;
