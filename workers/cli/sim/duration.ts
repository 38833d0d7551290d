const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** 100 days: as far as an instant of a document may lie. */
const DURATION_MAX_MS = 8_640_000_000;

/**
 * Milliseconds of a duration such as `500ms`, `60s`, `1.5m`, `1h` or `2d`; undefined for anything else, negative ones and
 * those beyond `DURATION_MAX_MS` included.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$/.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNITS_MS[match[2]!]!;
  return ms <= DURATION_MAX_MS ? ms : undefined;
}

/** `90 s`, `1.5 s`, `20 ms`: the unit a person would choose, at most three decimals. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${trimmed(ms)} ms`;
  if (ms < 600_000) return `${trimmed(ms / 1000)} s`;
  if (ms < 36_000_000) return `${trimmed(ms / 60_000)} min`;
  return `${trimmed(ms / 3_600_000)} h`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(3)));
}
