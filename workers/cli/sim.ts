/** `npm run --silent sim -- FILE.json`: runs a scenario headless and prints the report. */
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { runSim } from './sim/run.ts';

/** @returns the exit code; see `--help` */
export function main(args: readonly string[]): Promise<number> {
  return runSim(args, {
    readFile: (path) => readFile(path, 'utf8'),
    readStandardInput: () => text(process.stdin),
    out: (part) => void process.stdout.write(part),
    err: (part) => void process.stderr.write(part),
  });
}
