/**
 * Numbers as a person types and reads them in the unit of a field: "30s" for 30,000 ms, "16 KiB" for 16,384 bytes,
 * "5%" for 0.05. The document always holds the plain number.
 */
import type { Unit } from '../../../workers/scenario/fields.ts';

const DURATION_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

const SIZE_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1_048_576,
  mb: 1_048_576,
  mib: 1_048_576,
  g: 1_073_741_824,
  gb: 1_073_741_824,
  gib: 1_073_741_824,
};

const PLAIN: Readonly<Record<string, number>> = { k: 1000, m: 1_000_000, '/s': 1, 'k/s': 1000 };

/** What stands behind the number in the field. */
export function unitSuffix(unit: Unit | undefined): string {
  switch (unit) {
    case 'ms':
      return 'ms';
    case 'bytes':
      return 'B';
    case 'per second':
      return '/s';
    case 'probability':
      return '%';
    case 'factor':
      return '×';
    case 'messages':
      return 'msg';
    case 'count':
    case undefined:
      return '';
    default:
      return unit satisfies never;
  }
}

/**
 * The number meant by `typed`, in the field's unit, or null when it is none. Thousands may be grouped by `,`, `_` or
 * space; a bare number is in the field's unit (for probabilities: percent).
 */
export function parseQuantity(typed: string, unit: Unit | undefined): number | null {
  const match = /^([+-]?(?:\d[\d,_\s]*)?(?:\.\d+)?(?:e[+-]?\d+)?)\s*([a-zµ%×/]*)$/i.exec(typed.trim());
  const digits = match?.[1]?.replace(/[,_\s]/g, '') ?? '';
  if (match === null || !/\d/.test(digits)) return null;
  const value = Number(digits);
  if (!Number.isFinite(value)) return null;
  const factor = unitFactor((match[2] ?? '').toLowerCase(), unit);
  // The last bit of 0.1 * 1000 and the like is not what was typed.
  return factor === null ? null : Number((value * factor).toPrecision(15));
}

function unitFactor(suffix: string, unit: Unit | undefined): number | null {
  if (unit === 'probability') return suffix === '' || suffix === '%' ? 0.01 : null;
  if (suffix === '' || suffix === unitSuffix(unit).toLowerCase()) return 1;
  if (unit === 'ms') return DURATION_MS[suffix] ?? null;
  if (unit === 'bytes') return SIZE_BYTES[suffix] ?? null;
  if (unit === 'factor' && suffix === 'x') return 1;
  return PLAIN[suffix] ?? null;
}

/** The number as it stands in the field, without its unit: what `parseQuantity` reads back exactly. */
export function writeQuantity(value: number, unit: Unit | undefined): string {
  const shown = unit === 'probability' ? Number((value * 100).toPrecision(15)) : value;
  return shown.toLocaleString('en', { maximumSignificantDigits: 15, maximumFractionDigits: 15 });
}

/** The number with its unit, as it stands in a sentence: "30,000 ms", "5%", "120 messages". */
export function sayQuantity(value: number, unit: Unit | undefined): string {
  const number = writeQuantity(value, unit);
  switch (unit) {
    case 'probability':
      return `${number}%`;
    case 'ms':
      return `${number} ms`;
    case 'bytes':
      return `${number} bytes`;
    case 'per second':
      return `${number} per second`;
    case 'messages':
      return `${number} ${value === 1 ? 'message' : 'messages'}`;
    case 'count':
    case 'factor':
    case undefined:
      return number;
    default:
      return unit satisfies never;
  }
}

/**
 * The same quantity in a unit that reads better, or null when the plain number already does: 604,800,000 ms is "7 days",
 * 16,384 bytes is "16 KiB", 2,147,483,647 without a unit is "about 2.1 billion".
 */
export function restated(value: number, unit: Unit | undefined): string | null {
  if (unit === 'ms') {
    if (value < 1000) return null;
    return stated(value, [
      [86_400_000, 'day', 'days'],
      [3_600_000, 'hour', 'hours'],
      [60_000, 'min', 'min'],
      [1000, 's', 's'],
    ]);
  }
  if (unit === 'bytes') {
    if (value < 1024) return null;
    return stated(value, [
      [1_099_511_627_776, 'TiB', 'TiB'],
      [1_073_741_824, 'GiB', 'GiB'],
      [1_048_576, 'MiB', 'MiB'],
      [1024, 'KiB', 'KiB'],
    ]);
  }
  if (value < 1_000_000) return null;
  return stated(value, [
    [1_000_000_000, 'billion', 'billion'],
    [1_000_000, 'million', 'million'],
  ]);
}

function stated(value: number, scales: readonly (readonly [number, string, string])[]): string | null {
  for (const [size, one, many] of scales) {
    if (value < size) continue;
    const amount = value / size;
    const rounded = Number(amount.toPrecision(3));
    const about = Math.abs(rounded - amount) > 1e-9 * amount ? 'about ' : '';
    return `${about}${rounded.toLocaleString('en')} ${rounded === 1 ? one : many}`;
  }
  return null;
}
