/**
 * One way to write numbers and times, everywhere. English notation: "12,345", "1.2k", "340 ms", "0:12.345".
 * Not-a-number and infinities are written as "–": a figure that does not exist yet.
 */

/** Stands for a figure that does not exist. */
export const NO_FIGURE = '–';

/** Made once: making one takes longer than writing a hundred numbers with it. */
const grouped = new Intl.NumberFormat('en');

/** A whole number in full, grouped: "12,345". */
export function writeCount(count: number): string {
  return Number.isFinite(count) ? grouped.format(Math.round(count)) : NO_FIGURE;
}

const SHORT: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** At most four characters and a letter, for tight places: "840", "9.81k", "1.2M"; fractions to three digits. */
export function writeShort(value: number): string {
  if (!Number.isFinite(value)) return NO_FIGURE;
  if (value < 0) return `−${writeShort(-value)}`;
  if (Number(value.toPrecision(3)) < 1000) return String(Number(value.toPrecision(3)));
  for (const [size, letter] of SHORT) {
    const scaled = Number((value / size).toPrecision(3));
    if (scaled >= 1) return `${scaled}${letter}`;
  }
  return String(value);
}

/** A length of time given in milliseconds, to three digits: "0.35 ms", "340 ms", "1.24 s", "2 min 5 s", "3 h 20 min". */
export function writeDuration(ms: number): string {
  if (!Number.isFinite(ms)) return NO_FIGURE;
  if (ms < 0) return `−${writeDuration(-ms)}`;
  if (ms === 0) return '0 ms';
  if (ms < 0.001) return `${Number((ms * 1e6).toPrecision(3))} ns`;
  if (ms < 1) return `${Number((ms < 0.1 ? ms * 1000 : ms).toPrecision(3))} ${ms < 0.1 ? 'µs' : 'ms'}`;
  if (Number(ms.toPrecision(3)) < 1000) return `${Number(ms.toPrecision(3))} ms`;
  if (Number((ms / 1000).toPrecision(3)) < 60) return `${Number((ms / 1000).toPrecision(3))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return twoParts(seconds, 60, 'min', 's');
  if (seconds < 86_400) return twoParts(Math.round(seconds / 60), 60, 'h', 'min');
  return twoParts(Math.round(seconds / 3600), 24, 'd', 'h');
}

function twoParts(amount: number, base: number, large: string, small: string): string {
  const rest = amount % base;
  const whole = `${Math.floor(amount / base)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/**
 * An instant of simulated time given in milliseconds, as a clock: "0:12.345", "1:02:03.004". `digits` are those after
 * the second, from 0 to 6; what lies beyond them is cut off, not rounded, so that the clock never runs ahead.
 */
export function writeInstant(ms: number, digits = 3): string {
  if (!Number.isFinite(ms)) return NO_FIGURE;
  const unit = 10 ** digits;
  // A millionth of the smallest digit makes up for what binary fractions lack.
  const ticks = Math.floor((Math.max(0, ms) / 1000) * unit + 1e-6);
  const seconds = Math.floor(ticks / unit);
  const fraction = digits === 0 ? '' : `.${String(ticks % unit).padStart(digits, '0')}`;
  const minutes = Math.floor(seconds / 60);
  const tail = `${String(seconds % 60).padStart(2, '0')}${fraction}`;
  if (minutes < 60) return `${minutes}:${tail}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`;
}

/** Something per second, to three digits: "12.5/s". */
export function writeRate(perSecond: number): string {
  return Number.isFinite(perSecond) ? `${writeShort(perSecond)}/s` : NO_FIGURE;
}

/** A share in `[0, 1]` in percent; what is nearly all is never shown as all: 0.99996 is "99.99%", 1 is "100%". */
export function writeShare(share: number): string {
  if (!Number.isFinite(share)) return NO_FIGURE;
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent}%`;
  if (percent < 0.01) return '<0.01%';
  if (percent > 99) return `${Math.floor(percent * 100 + 1e-9) / 100}%`;
  return `${Number(percent.toPrecision(percent < 10 ? 2 : 3))}%`;
}

/** A size in bytes: "512 B", "16 KiB", "1.5 MiB". */
export function writeBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return NO_FIGURE;
  let size = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB']) {
    if (Number(size.toPrecision(3)) < 1024) return `${Number(size.toPrecision(3))} ${unit}`;
    size /= 1024;
  }
  return `${Number(size.toPrecision(3))} TiB`;
}

/** "1 message", "2 messages", "1,204 messages"; `many` is formed with an s unless given. */
export function writeAmount(count: number, one: string, many = `${one}s`): string {
  return `${writeCount(count)} ${count === 1 ? one : many}`;
}
