/**
 * One piece of work at a time, and of those that ask meanwhile only the last: what scrubbing needs. While one seek is
 * under way, the pointer may ask for a hundred instants; the one it ends at is the next.
 */
export interface LatestOnly<Input> {
  /** Resolves when this input, or one that came after it, has been worked on. */
  readonly ask: (input: Input) => Promise<void>;
}

export function createLatestOnly<Input>(work: (input: Input) => Promise<void>): LatestOnly<Input> {
  let waiting: { readonly input: Input } | null = null;
  let running: Promise<void> | null = null;

  async function drain(): Promise<void> {
    try {
      while (waiting !== null) {
        const { input }: { readonly input: Input } = waiting;
        waiting = null;
        await work(input);
      }
    } finally {
      running = null;
    }
  }

  return {
    ask(input) {
      waiting = { input };
      running ??= drain();
      return running;
    },
  };
}
