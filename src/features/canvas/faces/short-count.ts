import { NO_FIGURE, writeShort } from '../../../ui/numbers.ts';

/**
 * A count in a tight place: exact and grouped as long as it has at most four digits. Written by hand for those, because
 * the browser's own formatting of a thousand figures a second can be seen in a profile.
 */
export function shortCount(count: number): string {
  if (!Number.isFinite(count)) return NO_FIGURE;
  const whole = Math.round(count);
  if (whole < 0 || whole >= 10_000) return writeShort(count);
  if (whole < 1000) return String(whole);
  return `${Math.floor(whole / 1000)},${String(whole % 1000).padStart(3, '0')}`;
}
