/**
 * A rate per simulated second out of a running total, with a short past for a sparkline.
 *
 * Everything is measured in simulated time, so that a rate is the same at every speed of playing; the faster it plays,
 * the wider each bin, so that the sparkline moves at a pace that can be followed.
 */

export interface RateHistory {
  /** Rates of the newest bins, oldest first, at most `BINS`. */
  readonly bins: number[];
  /** Start of the open bin, and the total at that instant. NaN before the first observation. */
  openedNs: number;
  openedTotal: number;
  /** Instants and totals of the last second, for the figure. */
  readonly recentNs: number[];
  readonly recentTotals: number[];
}

export const BINS = 48;
const BIN_AT_LEAST_NS = 200e6;
const WINDOW_AT_LEAST_NS = 1e9;
/** Seconds of watching that one bin stands for, and the figure. */
const BIN_WATCHED_S = 0.15;
const WINDOW_WATCHED_S = 0.6;

export function emptyHistory(): RateHistory {
  return { bins: [], openedNs: Number.NaN, openedTotal: 0, recentNs: [], recentTotals: [] };
}

function restart(history: RateHistory, nowNs: number, total: number): void {
  history.bins.length = 0;
  history.recentNs.length = 0;
  history.recentTotals.length = 0;
  history.openedNs = nowNs;
  history.openedTotal = total;
}

/**
 * Takes note of the total at `nowNs`. Time or total going back (another instant is shown), or a leap by more than the
 * sparkline holds, start the history anew. `speed` is simulated seconds per wall second. Returns whether a bin was
 * closed, that is, whether the sparkline looks different now.
 */
export function observe(history: RateHistory, nowNs: number, total: number, speed: number): boolean {
  const binNs = Math.max(BIN_AT_LEAST_NS, speed * BIN_WATCHED_S * 1e9);
  const elapsed = nowNs - history.openedNs;
  if (!(elapsed >= 0) || total < history.openedTotal || elapsed > binNs * BINS) {
    restart(history, nowNs, total);
    keepRecent(history, nowNs, total, speed);
    return true;
  }
  keepRecent(history, nowNs, total, speed);
  if (elapsed < binNs) return false;
  history.bins.push(((total - history.openedTotal) / elapsed) * 1e9);
  if (history.bins.length > BINS) history.bins.shift();
  history.openedNs = nowNs;
  history.openedTotal = total;
  return true;
}

function keepRecent(history: RateHistory, nowNs: number, total: number, speed: number): void {
  const { recentNs, recentTotals } = history;
  const last = recentNs.at(-1);
  if (last !== undefined && nowNs < last) {
    recentNs.length = 0;
    recentTotals.length = 0;
  }
  const windowNs = Math.max(WINDOW_AT_LEAST_NS, speed * WINDOW_WATCHED_S * 1e9);
  if (last === undefined || nowNs - last > windowNs / 20) {
    recentNs.push(nowNs);
    recentTotals.push(total);
  }
  while (recentNs.length > 2 && nowNs - recentNs[1]! >= windowNs) {
    recentNs.shift();
    recentTotals.shift();
  }
}

/** The rate per simulated second over about the last second; NaN while too little has been seen. */
export function currentRate(history: RateHistory, nowNs: number, total: number): number {
  const sinceNs = history.recentNs[0];
  const sinceTotal = history.recentTotals[0];
  if (sinceNs === undefined || sinceTotal === undefined || nowNs - sinceNs < 50e6) return Number.NaN;
  return ((total - sinceTotal) / (nowNs - sinceNs)) * 1e9;
}
