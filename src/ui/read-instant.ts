const UNIT_MS: Readonly<Record<string, number>> = {
  us: 0.001,
  µs: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};
/** The latest instant that a document may name: a hundred days. */
const LATEST_MS = 8_640_000_000;

/** An instant as a person writes it ("12.5 s", "800ms", "1:05.25", "7" for seconds), in milliseconds; null if it is none. */
export function readInstant(text: string): number | null {
  const words = text.trim().toLowerCase().replaceAll(',', '');
  const clock = /^(?:(\d+):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)$/.exec(words);
  const plain = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-zµ]*)$/.exec(words);
  let ms: number | undefined;
  if (clock !== null) ms = (Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])) * 1000;
  else if (plain !== null) ms = Number(plain[1]) * (UNIT_MS[plain[2] === '' ? 's' : (plain[2] ?? '')] ?? Number.NaN);
  return ms !== undefined && Number.isFinite(ms) && ms <= LATEST_MS ? ms : null;
}
