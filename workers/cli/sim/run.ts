import * as engine from '../../engine/engine.ts';
import { branchRows, switchBranch } from '../../scenario/branches.ts';
import { sayFault } from '../../scenario/change-words.ts';
import type { Scenario } from '../../scenario/document.ts';
import { replicationSeed } from '../../experiments/seeds.ts';
import {
  replicate,
  summarizeExperiment,
  type ExperimentReport,
  type Replication,
} from '../../experiments/experiment.ts';
import { findWarmUp } from '../../experiments/warm-up.ts';
import { durationText } from './duration.ts';
import { parseSimArguments, type ExperimentArguments, type SimArguments } from './arguments.ts';
import { HELP } from './help.ts';
import { readScenario, type Finding, type Sources } from './input.ts';
import { namesOf } from './names.ts';
import { plainName } from './table.ts';
import { textExperiment } from './text-experiment.ts';
import { textReport } from './text-report.ts';

/** Everything the command touches outside of itself. */
export interface SimIo extends Sources {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const EXIT = { holds: 0, fails: 1, bad: 2, broken: 3 } as const;

/** The whole command: arguments in, report out, exit code back. Never throws for anything a person can give it. */
export async function runSim(args: readonly string[], io: SimIo): Promise<number> {
  const parsed = parseSimArguments(args);
  switch (parsed.kind) {
    case 'help':
      io.out(HELP);
      return EXIT.holds;
    case 'wrong': {
      const { sentence, suggestion, json } = parsed;
      return refuse([{ code: 'arguments.wrong', severity: 'error', path: '', sentence, suggestion }], json, io);
    }
    case 'run':
      return runFile(parsed.run, io);
    default:
      return parsed satisfies never;
  }
}

async function runFile({ file, untilMs, seed, branch, json, experiment }: SimArguments, io: SimIo): Promise<number> {
  const { scenario: read, findings } = await readScenario(file, io);
  if (read === null) return refuse(findings, json, io);
  const scenario = branch === undefined ? read : branchNamed(read, branch);
  if (scenario === null) return refuse([noBranch(read, branch)], json, io);
  for (const finding of findings) io.err(findingText(finding));
  const seeded: Scenario = seed === undefined ? scenario : { ...scenario, seed };
  if (experiment !== null) return runExperiment(seeded, untilMs, experiment, json, io);
  const report = simulate(seeded, untilMs, io);
  if (report === null) return EXIT.broken;
  io.out(json ? `${JSON.stringify(report, null, 2)}\n` : textReport(report));
  return report.checks.every((check) => check.holds) ? EXIT.holds : EXIT.fails;
}

/** The scenario with the branch of that name shown; null when it has none. */
function branchNamed(scenario: Scenario, name: string): Scenario | null {
  const row = branchRows(scenario).find((candidate) => candidate.name === name);
  return row === undefined ? null : row.shown ? scenario : switchBranch(scenario, row.id, 0);
}

function noBranch(scenario: Scenario, name = ''): Finding {
  const names = branchRows(scenario).map((row) => `"${row.name}"`);
  return {
    code: 'arguments.wrong',
    severity: 'error',
    path: '',
    sentence: `The run has no branch "${name}".`,
    suggestion: `It has ${names.join(', ')}.`,
  };
}

/** The report at `untilMs`, or null when the engine failed, which is told. */
function simulate(scenario: Scenario, untilMs: number, io: SimIo): ReturnType<typeof engine.report> | null {
  let timeline: engine.Timeline<engine.Run> | null = null;
  try {
    timeline = engine.createTimeline(engine, scenario, { limits: { bytesMax: 0 } });
    engine.advance(timeline, engine.fromMs(untilMs));
    return engine.report(timeline.run);
  } catch (error) {
    const at = timeline === null ? 0 : engine.toMs(engine.nowOf(timeline));
    tellFailure(`at ${at} ms with seed ${scenario.seed}`, error, io);
    return null;
  }
}

const CONFIDENCE = 0.95;

function runExperiment(
  scenario: Scenario,
  untilMs: number,
  { warmUp: choice, replications }: ExperimentArguments,
  json: boolean,
  io: SimIo,
): number {
  const done: Replication[] = [];
  let report: ExperimentReport;
  try {
    const warmUp = findWarmUp(scenario, choice, { untilMs, replications });
    if (!warmUp.settled) io.err(UNSETTLED);
    io.err(faultsLeftOut(scenario, warmUp.ms));
    while (done.length < replications) done.push(replicate(scenario, done.length, warmUp.ms, untilMs));
    report = summarizeExperiment(scenario, done, { warmUp, untilMs, confidence: CONFIDENCE });
  } catch (error) {
    tellFailure(`in a replication, with seed ${replicationSeed(scenario.seed, done.length)} or a later one`, error, io);
    return EXIT.broken;
  }
  io.out(json ? `${JSON.stringify(report, null, 2)}\n` : textExperiment(report, namesOf(scenario.nodes)));
  return report.checks.every(({ held }) => held === replications) ? EXIT.holds : EXIT.fails;
}

const UNSETTLED =
  'warning warmUp.unsettled: The number of messages in the system had not settled in the first half of the run.\n' +
  '  The second half is told. Run longer, or look for a load that the consumers cannot keep up with.\n';

/** A warning when faults come so early that what they do is left out; else nothing. */
function faultsLeftOut(scenario: Scenario, warmUpMs: number): string {
  const live = scenario.journal.flatMap((entry) => ('fault' in entry ? [{ ...entry.fault, atMs: entry.atMs }] : []));
  const early = [...scenario.faults, ...live].filter(({ atMs }) => atMs < warmUpMs).sort((a, b) => a.atMs - b.atMs);
  if (early.length === 0) return '';
  const told = early
    .slice(0, 3)
    .map((fault) => `${plainName(sayFault(scenario, fault))} at ${durationText(fault.atMs)}`);
  const more = early.length > told.length ? `, and ${early.length - told.length} more` : '';
  return (
    `warning warmUp.faults: The warm-up of ${durationText(warmUpMs)} leaves out ${early.length === 1 ? 'a fault' : `${early.length} faults`}: ${told.join(', ')}${more}.\n` +
    '  What they do before its end is not counted. Move them behind it, or end it earlier with --warm-up.\n'
  );
}

function tellFailure(where: string, error: unknown, io: SimIo): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.err(`The engine failed ${where}. This is a bug in Sluice; please report it with the scenario.\n${what}\n`);
}

function refuse(findings: readonly Finding[], json: boolean, io: SimIo): number {
  for (const finding of findings) io.err(findingText(finding));
  if (json) io.out(`${JSON.stringify({ format: 'sluice-diagnostics/1', diagnostics: findings }, null, 2)}\n`);
  return EXIT.bad;
}

/** `error topic.partitions… at nodes[1].partitions: sentence` and the suggestion on a line of its own. */
function findingText({ code, severity, path, sentence, suggestion }: Finding): string {
  const where = path === '' ? '' : ` at ${path}`;
  const advice = suggestion === undefined ? '' : `  ${suggestion}\n`;
  return `${severity} ${code}${where}: ${sentence}\n${advice}`.replaceAll(/[\p{Cc}\p{Cf}]/gu, (c) =>
    c === '\n' ? c : ' ',
  );
}
