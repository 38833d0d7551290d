/** How amounts of money are written: "$0.000026", "$6.74", "$1.2k". */
import { NO_FIGURE, writeShort } from './numbers.ts';

const MONTH_NS = 30 * 86_400e9;

/** US dollars: two digits that count below one dollar, cents below a thousand. */
export function writeDollars(dollars: number): string {
  if (!Number.isFinite(dollars)) return NO_FIGURE;
  if (dollars === 0) return '$0';
  if (dollars < 1) return `$${dollars.toFixed(Math.min(12, 1 - Math.floor(Math.log10(dollars))))}`;
  return dollars < 1000 ? `$${dollars.toFixed(2)}` : `$${writeShort(dollars)}`;
}

/** What 30 days cost at the rate so far; not a number before anything has happened. */
export function monthlyDollars(requests: number, pricePerMillion: number, elapsedNs: number): number {
  return elapsedNs > 0 ? ((requests * pricePerMillion) / 1e6) * (MONTH_NS / elapsedNs) : Number.NaN;
}
