import { parseArgs } from 'node:util';
import { parseDuration } from './duration.ts';

export interface SimArguments {
  /** A path, `-` for the standard input, or a link. */
  readonly file: string;
  readonly untilMs: number;
  /** Undefined for the document's own. */
  readonly seed: number | undefined;
  readonly json: boolean;
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly run: SimArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string; readonly suggestion: string; readonly json: boolean };

export const UNTIL_DEFAULT = '60s';
const USAGE = 'Usage: npm run --silent sim -- FILE.json [--until 60s] [--seed 7] [--json]; --help tells more.';

/** Reads the arguments after the command's name. */
export function parseSimArguments(args: readonly string[]): ParsedArguments {
  const json = args.includes('--json');
  const wrong = (sentence: string): ParsedArguments => ({ kind: 'wrong', sentence, suggestion: USAGE, json });
  let parsed;
  try {
    parsed = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        until: { type: 'string', default: UNTIL_DEFAULT },
        seed: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node's sentence names the option; what follows it is advice about its own syntax.
    return wrong((error instanceof Error ? error.message : String(error)).split('. ')[0]!.replace(/\.?$/, '.'));
  }
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help' };
  const [file, ...further] = positionals;
  if (file === undefined) return wrong('No scenario was given.');
  if (further.length > 0) return wrong(`One scenario at a time: "${further[0]}" is one too many.`);
  const untilMs = parseDuration(values.until);
  if (untilMs === undefined) {
    return wrong(`--until takes a duration such as 500ms, 60s, 5m or 1h, up to 100d, not "${values.until}".`);
  }
  if (values.seed !== undefined && !(/^\d{1,10}$/.test(values.seed) && Number(values.seed) < 2 ** 32)) {
    return wrong(`--seed takes a whole number from 0 to 4294967295, not "${values.seed}".`);
  }
  const seed = values.seed === undefined ? undefined : Number(values.seed);
  return { kind: 'run', run: { file, untilMs, seed, json: values.json } };
}
