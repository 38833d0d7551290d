/** The broker's answer for one batch. */
export const RESULT = {
  ok: 0,
  /** Already in the log: success, nothing appended. */
  duplicate: 1,
  notLeader: 2,
  notEnoughReplicas: 3,
  /** The connection broke while the request was with the broker. */
  disconnected: 4,
  outOfOrderSequence: 5,
  /** A newer epoch of this producer has written. */
  staleEpoch: 6,
  /** A write outside of the transaction that this producer has open: INVALID_TXN_STATE. */
  invalidTransactionState: 7,
  /** The producer's transaction before is still being ended: CONCURRENT_TRANSACTIONS. */
  concurrentTransactions: 8,
  /** A record without a key, in a compacted topic. */
  invalidRecord: 9,
  /** Appended, and then too few replicas were left in sync. */
  notEnoughReplicasAfterAppend: 10,
  /** A batch larger than `max.message.bytes`: MESSAGE_TOO_LARGE. */
  messageTooLarge: 11,
  /** A batch larger than a segment: RECORD_LIST_TOO_LARGE. */
  recordListTooLarge: 12,
} as const;
export type Result = (typeof RESULT)[keyof typeof RESULT];
