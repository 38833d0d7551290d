import { parseArgs } from 'node:util';
import type { WarmUpChoice } from '../../experiments/warm-up.ts';
import { parseDuration } from './duration.ts';

export interface SimArguments {
  /** A path, `-` for the standard input, or a link. */
  readonly file: string;
  readonly untilMs: number;
  /** Undefined for the document's own. */
  readonly seed: number | undefined;
  /** Name of the branch to run; undefined for the one that the document shows. */
  readonly branch: string | undefined;
  readonly json: boolean;
  /** Null for a single run told in full. */
  readonly experiment: ExperimentArguments | null;
}

export interface ExperimentArguments {
  readonly warmUp: WarmUpChoice;
  /** At least 1. */
  readonly replications: number;
}

export type ParsedArguments =
  | { readonly kind: 'run'; readonly run: SimArguments }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly sentence: string; readonly suggestion: string; readonly json: boolean };

export const UNTIL_DEFAULT = '60s';
const REPLICATIONS_MAX = 10_000;
const USAGE =
  'Usage: npm run --silent sim -- FILE.json [--until 60s] [--seed 7] [--branch NAME] [--warm-up 10s|auto] [--replications 10] [--json]; --help tells more.';

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
        branch: { type: 'string' },
        'warm-up': { type: 'string' },
        replications: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    return wrong(syntaxSentence(error instanceof Error ? error.message : String(error)));
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
  const experiment = parseExperiment(values['warm-up'], values.replications, untilMs);
  if (typeof experiment === 'string') return wrong(experiment);
  return { kind: 'run', run: { file, untilMs, seed, branch: values.branch, json: values.json, experiment } };
}

/** Node's sentence names the option; what follows it is advice about its own syntax. */
function syntaxSentence(message: string): string {
  const ambiguous = /^Option '(--[\w-]+)' argument is ambiguous/.exec(message);
  if (ambiguous !== null) return `${ambiguous[1]} takes no value that begins with "-".`;
  return message.split(/\.\s/)[0]!.replace(/\.?$/, '.');
}

/** A sentence for what cannot be meant. */
function parseExperiment(
  warmUp: string | undefined,
  replications: string | undefined,
  untilMs: number,
): ExperimentArguments | null | string {
  if (warmUp === undefined && replications === undefined) return null;
  if (
    replications !== undefined &&
    !(/^[1-9]\d{0,4}$/.test(replications) && Number(replications) <= REPLICATIONS_MAX)
  ) {
    return `--replications takes a whole number from 1 to ${REPLICATIONS_MAX}, not "${replications}".`;
  }
  const choice = warmUpChoice(warmUp);
  if (choice === undefined) return `--warm-up takes a duration such as 10s, or auto, not "${warmUp}".`;
  if (choice.by === 'time' && choice.ms >= untilMs) return 'The warm-up has to end before the run does (--until).';
  if (choice.by === 'MSER-5' && untilMs === 0)
    return 'A warm-up cannot be found in a run that takes no time (--until).';
  return { warmUp: choice, replications: Number(replications ?? 1) };
}

function warmUpChoice(text: string | undefined): WarmUpChoice | undefined {
  if (text === undefined) return { by: 'none' };
  if (text === 'auto') return { by: 'MSER-5' };
  const ms = parseDuration(text);
  return ms === undefined ? undefined : { by: 'time', ms };
}
