/** While the run moves, the store hears of it so often. */
const HUMAN_PACE_MS = 250;

/**
 * Passes on at most one value every `HUMAN_PACE_MS`, the last one always. What is `urgent` (the status changed, the run
 * stands still) goes at once.
 */
export function createHumanPace<Value>(pass: (value: Value) => void): (value: Value, urgent: boolean) => void {
  let waiting: { readonly value: Value } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function now(value: Value): void {
    waiting = null;
    clearTimeout(timer);
    timer = setTimeout(due, HUMAN_PACE_MS);
    pass(value);
  }

  function due(): void {
    timer = undefined;
    if (waiting !== null) now(waiting.value);
  }

  return (value, urgent) => {
    if (urgent || timer === undefined) now(value);
    else waiting = { value };
  };
}
