/** The soak: random runs against every property until time is up or one fails. `scripts/soak.mjs` drives it. */
import fc from 'fast-check';
import type { Scenario } from '../../scenario/document.ts';
import { encodeShare } from '../../scenario/share.ts';
import { scenarioArbitrary } from '../../scenario/testing/arbitrary.ts';
import { amqpScenarios } from './amqp-arbitrary.ts';
import * as properties from './random-runs.ts';

const PROPERTIES = {
  lawsHold: properties.lawsHold,
  repeats: properties.repeats,
  slicesChangeNothing: properties.slicesChangeNothing,
  seeksChangeNothing: properties.seeksChangeNothing,
  branchesChangeNothing: properties.branchesChangeNothing,
  nothingStaysBehind: properties.nothingStaysBehind,
} satisfies Readonly<Record<string, properties.Property>>;

/** So many scenarios of a seed are tried against a property before the next one's turn. */
const RUNS_A_TURN = 20;
/** Larger than in the everyday tests. */
const LARGE = { connected: true, nodesMax: 5, faultsMax: 8, journalMax: 12 } as const;
/** In turn: all families on one canvas, each by itself, and RabbitMQ at its busiest. */
const SCENARIOS = [
  scenarioArbitrary(LARGE),
  scenarioArbitrary({ ...LARGE, families: ['log', 'table'] }),
  amqpScenarios,
  scenarioArbitrary({ ...LARGE, families: ['sqs'] }),
  scenarioArbitrary({ ...LARGE, families: ['amqp'] }),
];

export interface Failure {
  readonly property: string;
  readonly seed: number;
  readonly message: string;
  /** As small as it could be made in the time left. */
  readonly scenario: Scenario;
  readonly choices: properties.Choices;
  /** Fragment of a link to the scenario. */
  readonly link: string;
}

/** Tries `property` on the scenarios of a seed. `forMs` bounds the search for a smaller failure too. */
async function tryOne(name: keyof typeof PROPERTIES, seed: number, forMs: number): Promise<Failure | number> {
  const scenarios = SCENARIOS[Math.abs(seed) % SCENARIOS.length]!;
  const outcome = fc.check(fc.property(scenarios, properties.choices, PROPERTIES[name]), {
    seed,
    numRuns: RUNS_A_TURN,
    interruptAfterTimeLimit: forMs,
    markInterruptAsFailure: false,
  });
  if (!outcome.failed || outcome.counterexample === null) return outcome.numRuns;
  const [scenario, choices] = outcome.counterexample;
  const message = outcome.errorInstance instanceof Error ? outcome.errorInstance.message : 'It does not hold.';
  return { property: name, seed, message, scenario, choices, link: await encodeShare(scenario) };
}

/**
 * @param seed of the first scenarios; every turn takes the next one
 * @param elapsedMs the host's clock
 * @param tell of every turn
 * @returns the first failure, or null when none was found in time
 */
export async function soak(
  seed: number,
  minutes: number,
  elapsedMs: () => number,
  tell: (line: string) => void,
): Promise<Failure | null> {
  const endMs = minutes * 60_000;
  let tried = 0;
  for (let turn = 0; elapsedMs() < endMs; turn += 1) {
    for (const name of Object.keys(PROPERTIES) as (keyof typeof PROPERTIES)[]) {
      const leftMs = endMs - elapsedMs();
      if (leftMs <= 0) break;
      // A failure found in the last moment still gets a minute to be made smaller.
      const outcome = await tryOne(name, seed + turn, Math.max(leftMs, 60_000));
      if (typeof outcome !== 'number') return outcome;
      tried += outcome;
    }
    tell(`seed ${seed + turn}: all hold; ${tried} runs in ${Math.round(elapsedMs() / 1000)} s`);
  }
  return null;
}
