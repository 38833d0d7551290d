// Records a case: plays it several times, and writes what was seen into its file when it was the same every time.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../install.mjs';
import { observation, outcomeOf, same } from './judge.mjs';
import { play } from './play.mjs';

const LINE_LENGTH = 150;
/** Versions are pinned. */
const CLIENT = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.amqplib;

/**
 * @param {import('./broker.mjs').Broker} broker
 * @param {import('./play.mjs').Case} drafted expectations that it has are replaced
 * @param {string} path
 * @param {number} runs
 * @returns {Promise<string | null>} why it was not recorded; null when it was
 */
export async function recordCase(broker, drafted, path, runs) {
  /** @type {{ steps: unknown[], outcome: unknown } | undefined} */
  let first;
  for (let run = 1; run <= runs; run += 1) {
    const seen = await seenIn(broker, drafted);
    first ??= seen;
    const step = first.steps.findIndex((one, index) => !same(one, seen.steps[index]));
    if (step >= 0)
      return `run ${run}, step ${step + 1}: ${JSON.stringify(seen.steps[step])}, before ${JSON.stringify(first.steps[step])}`;
    if (!same(first.outcome, seen.outcome)) return `run ${run}: ${JSON.stringify(seen.outcome)}`;
  }
  const { steps: _steps, outcome: _outcome, ...head } = drafted;
  const recorded = {
    ...head,
    recordedOn: {
      product: 'RabbitMQ',
      version: broker.version,
      runtime: broker.runtime,
      nodes: 1,
      client: `amqplib ${CLIENT}`,
    },
    runs,
    sameEveryRun: true,
    ...first,
  };
  writeFileSync(path, `${written(recorded, '')}\n`);
  return null;
}

/**
 * @param {import('./broker.mjs').Broker} broker
 * @param {import('./play.mjs').Case} drafted
 */
async function seenIn(broker, drafted) {
  const played = await play(broker, drafted);
  const steps = drafted.steps.map(({ expect: _before, ...step }, index) => {
    const seen = observation(drafted, played, index);
    return Object.keys(seen).length === 0 ? step : { ...step, expect: seen };
  });
  return { steps, outcome: outcomeOf(drafted, played) };
}

/**
 * JSON that keeps on one line what fits there.
 * @param {unknown} value
 * @param {string} indent
 * @returns {string}
 */
function written(value, indent) {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const parts = Array.isArray(value)
    ? value.map((one) => written(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${written(one, inner)}`);
  if (parts.length === 0) return `${open}${close}`;
  const space = Array.isArray(value) ? '' : ' ';
  const line = `${open}${space}${parts.join(', ')}${space}${close}`;
  if (indent !== '' && line.length + indent.length <= LINE_LENGTH && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`;
}
