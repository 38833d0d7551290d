/** One thing whose speed is measured. A file `x.bench.ts`, here or beside its source, exports `benches`. */
export interface Bench {
  readonly name: string;
  /** What one run does many of, in the plural: "events", "messages", "frames". */
  readonly unit: string;
  /**
   * Does the work once and gives how many units it did. It is called again and again, so it starts from the same state
   * each time; what need not be measured happens before, when the file is loaded.
   */
  readonly run: () => number;
}
