/**
 * `npm run --silent conformance -- PATH…` holds the engine to files of cases recorded from real brokers. Each PATH is a
 * file or a folder. One line a case, and a last line with the totals; exit code 0 only when nothing failed.
 *
 * What the engine does not represent is `not covered`, with the reason. It is not a pass.
 */
import { runConformance } from './conformance/run.ts';

const FAILED = 1;
const USAGE_ERROR = 2;

export function main(paths: readonly string[]): number {
  if (paths.length === 0) {
    console.error(
      'Usage: npm run --silent conformance -- PATH…, where each PATH is a vector file or a folder of them.',
    );
    return USAGE_ERROR;
  }
  const { failed } = runConformance(paths, process.cwd(), (line) => process.stdout.write(`${line}\n`));
  return failed === 0 ? 0 : FAILED;
}
