/** The runner of recorded Kafka runs: every step is played, and what it shows is what was recorded. */
import * as v from 'valibot';
import { checkingOutcome, difference, notCovered, type Outcome } from '../cases.ts';
import { createPlay, playStep } from './player.ts';
import { NotPlayable } from './stage.ts';
import { inOrder } from './read-steps.ts';
import { readSteps, type Step } from './steps.ts';

const recording = v.object({
  steps: v.array(v.unknown()),
  recordedOn: v.optional(v.looseObject({ brokers: v.optional(v.number()) })),
});

export const recordedKafka = checkingOutcome(recording, ({ steps, recordedOn }) => {
  const read = readSteps(steps);
  return typeof read === 'string' ? notCovered(read) : playAll(read, brokersOf(read, recordedOn?.brokers ?? 1));
});

/** How many brokers a case needs, 0 for one that never fails. */
function brokersOf(steps: readonly Step[], recorded: number): number {
  const named = steps.flatMap((step) => {
    if ('broker' in step) return [step.broker];
    return step.do === 'createTopic' && step.assignment !== undefined ? step.assignment.split(/[:,]/).map(Number) : [];
  });
  return named.length === 0 ? 0 : Math.max(recorded, ...named.map((broker) => broker + 1));
}

function playAll(steps: readonly Step[], brokers: number): Outcome {
  const play = createPlay(brokers);
  for (const [index, step] of steps.entries()) {
    try {
      const reason = compare(step, playStep(play, step));
      if (reason !== null) return { verdict: 'fail', reason: `step ${index}, ${step.do}: ${reason}` };
    } catch (error) {
      if (!(error instanceof NotPlayable)) throw error;
      return notCovered(`step ${index}, ${step.do}: ${error.message}`);
    }
  }
  return { verdict: 'pass' };
}

/** Everything that was recorded of a step; what a step showed besides was not recorded. */
function compare({ expect = {} }: Step, observed: Readonly<Record<string, unknown>> | null): string | null {
  for (const [what, expected] of Object.entries(expect)) {
    const wrong = difference(what, inOrder(observed?.[what] ?? {}), inOrder(expected));
    if (wrong !== null) return wrong;
  }
  return null;
}
