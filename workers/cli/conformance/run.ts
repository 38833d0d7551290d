/** Runs files of cases and prints one line a case. */
import { casesOf, notCovered } from './cases.ts';
import type { Outcome } from './cases.ts';
import { runnerOf } from './registry.ts';
import { EVERYDAY, type Budget } from './theory/runner.ts';
import { vectorFiles } from './vector-files.ts';
import type { VectorFile } from './vector-files.ts';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly notCovered: number;
  /** Files among them that could not even be read. */
  readonly unreadable: number;
}

/**
 * Prints `pass|fail|not covered  file#case  reason` for each case as soon as it is run, and at last
 * `N passed, N failed, N not covered`. A file that cannot be run is one line, not covered.
 *
 * @param base where relative paths start
 * @param budget for cases that are a matter of luck and say more the longer they run
 * @param print gets one line at a time, without its end
 */
export function runConformance(
  paths: readonly string[],
  base: string,
  print: (line: string) => void,
  budget: Budget = EVERYDAY,
): Totals {
  const counts = { pass: 0, fail: 0, 'not covered': 0 };
  let unreadable = 0;
  for (const file of vectorFiles(paths, base)) {
    if ('unreadable' in file) unreadable += 1;
    for (const { label, outcome } of resultsOf(file, budget)) {
      counts[outcome.verdict] += 1;
      print(lineOf(label, outcome));
    }
  }
  const totals = { passed: counts.pass, failed: counts.fail, notCovered: counts['not covered'], unreadable };
  print(`${totals.passed} passed, ${totals.failed} failed, ${totals.notCovered} not covered`);
  return totals;
}

interface Result {
  readonly label: string;
  readonly outcome: Outcome;
}

function* resultsOf(file: VectorFile, budget: Budget): Iterable<Result> {
  if ('unreadable' in file) {
    yield { label: file.path, outcome: notCovered(file.unreadable) };
    return;
  }
  const { path, content } = file;
  const runner = runnerOf(content.format, budget);
  const cases = casesOf(content);
  if (runner === undefined) {
    yield { label: path, outcome: notCovered(`Nothing is known of the format "${content.format}".`) };
  } else if (cases.length === 0) {
    yield { label: path, outcome: notCovered('It has no cases.') };
  } else {
    for (const { name, one } of cases) yield { label: `${path}#${name}`, outcome: runner(one, content) };
  }
}

function lineOf(label: string, outcome: Outcome): string {
  const told = outcome.verdict === 'pass' ? outcome.note : outcome.reason;
  const parts = [outcome.verdict, label, ...(told === undefined ? [] : [told])];
  // A name or a message out of a file may hold line ends.
  return parts.map((part) => part.replaceAll(/\s+/g, ' ')).join('  ');
}
