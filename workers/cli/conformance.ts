/**
 * `npm run --silent conformance -- PATH…` holds the engine to files of cases: recorded from real brokers, or computed by queueing
 * theory. Each PATH is a file or a folder. One line a case, and a last line with the totals; exit code 0 when nothing failed,
 * 1 when something did, 2 when a file could not be read or is no file of cases.
 *
 * What the engine does not represent is `not covered`, with the reason. It is not a pass.
 */
import { parseArgs } from 'node:util';
import { runConformance } from './conformance/run.ts';
import { EVERYDAY, fixedBudget, FULL, type Budget } from './conformance/theory/runner.ts';

const FAILED = 1;
const USAGE_ERROR = 2;
const USAGE = `Usage: npm run --silent conformance -- [--budget MESSAGES|full] PATH…, where each PATH is a file of cases or a folder of them.
--budget says how many messages a case of queueing theory may take (default ${EVERYDAY.messages}, more for rows that say too little then); full runs each until its 99 %
intervals are within 1 %, which takes hours.`;

export function main(args: readonly string[]): number {
  const read = readArguments(args);
  if (read === null) {
    console.error(USAGE);
    return USAGE_ERROR;
  }
  const { failed, unreadable } = runConformance(
    read.paths,
    process.cwd(),
    (line) => process.stdout.write(`${line}\n`),
    read.budget,
  );
  if (failed > 0) return FAILED;
  return unreadable === 0 ? 0 : USAGE_ERROR;
}

function readArguments(args: readonly string[]): { paths: readonly string[]; budget: Budget } | null {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { budget: { type: 'string' } },
    });
    const budget = budgetOf(values.budget);
    return budget === null || positionals.length === 0 ? null : { paths: positionals, budget };
  } catch {
    return null;
  }
}

function budgetOf(text: string | undefined): Budget | null {
  if (text === undefined) return EVERYDAY;
  if (text === 'full') return FULL;
  return /^[1-9]\d{3,9}$/.test(text) ? fixedBudget(Number(text)) : null;
}
