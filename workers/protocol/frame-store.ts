/** The gauges of a table used as a queue, from `StoreBlock.at`. */
export const STORE = {
  health: 0,
  /** Rows that a poll would find. */
  ready: 1,
  /** Rows that a transaction has locked, and rows claimed by status. */
  locked: 2,
  claimed: 3,
  /** Rows marked done and kept, and rows that failed for good. */
  kept: 4,
  failed: 5,
  /** Dead row versions that no vacuum has removed. */
  dead: 6,
  connections: 7,
  connectionsMax: 8,
  coresBusy: 9,
  cores: 10,
  /** Sessions that wait for a lock, and for a connection. */
  lockQueue: 11,
  connectionQueue: 12,
  /** So far. */
  statements: 13,
  polls: 14,
  idlePolls: 15,
  lockWaits: 16,
  /** Share of its cores' time so far for which they worked. */
  utilisation: 17,
  /** How long a row lay there until a poll found it, on average. */
  addedDelayMs: 18,
  /** Rows that everybody who polls has passed. */
  passed: 19,
  size: 20,
} as const;

export interface StoreBlock {
  readonly kind: 'store';
  readonly at: number;
}
