/** The runner of recorded AMQP runs: every step is played, and what it and the whole of it show is what was recorded. */
import * as v from 'valibot';
import { checkingOutcome, difference, notCovered, type Outcome } from '../cases.ts';
import { inOrder } from '../recorded/read-steps.ts';
import type { MessageView } from './message-view.ts';
import { createPlay, type Play } from './play.ts';
import { playStep, type Observed } from './player.ts';
import { NotPlayable } from './stage.ts';
import { readSteps, type Step } from './steps.ts';
import { outcomeOf } from './outcome.ts';

const FIELDS = ['body', 'redelivered', 'exchange', 'key', 'priority', 'expiration', 'headers'] as const;
type Field = (typeof FIELDS)[number];

const names = v.array(v.string());
const recording = v.object({
  steps: v.array(v.unknown()),
  compare: v.optional(v.array(v.picklist(FIELDS)), ['body', 'redelivered']),
  confirmOrder: v.optional(v.literal('any')),
  /** How long everybody waited at the end, before what is left was read. */
  endWaitMs: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)), 0),
  outcome: v.optional(
    v.strictObject({
      published: v.optional(v.number()),
      receivedInOrder: v.optional(v.record(v.string(), names)),
      redelivered: v.optional(names),
      refused: v.optional(names),
      returned: v.optional(names),
      neverReceived: v.optional(names),
      left: v.optional(v.record(v.string(), v.union([names, v.literal('gone')]))),
    }),
  ),
});
type Recording = v.InferOutput<typeof recording>;

export const recordedAmqp = checkingOutcome(recording, (one) => {
  const steps = readSteps(one.steps);
  return typeof steps === 'string' ? notCovered(steps) : playAll(one, steps);
});

function playAll(one: Recording, steps: readonly Step[]): Outcome {
  const play = createPlay();
  for (const [index, step] of steps.entries()) {
    try {
      const reason = compare(one, step, playStep(play, step));
      if (reason !== null) return { verdict: 'fail', reason: `step ${index}, ${step.do}: ${reason}` };
    } catch (error) {
      if (!(error instanceof NotPlayable)) throw error;
      return notCovered(`step ${index}, ${step.do}: ${error.message}`);
    }
  }
  const reason = compareOutcome(one, play);
  return reason === null ? { verdict: 'pass' } : { verdict: 'fail', reason };
}

/** What a client hears only when something out of the ordinary happens: silence about it says that it did not. */
const NEWS = ['error', 'refused', 'returned', 'cancelledByBroker'];

function compare(one: Recording, step: Step, observed: Observed): string | null {
  const expect: Observed = step.expect ?? {};
  const whats = [...Object.keys(expect), ...NEWS.filter((news) => news in observed && !(news in expect))];
  for (const what of whats) {
    const wrong = difference(what, shown(one, what, observed[what]), shown(one, what, expect[what]));
    if (wrong !== null) return wrong;
  }
  return null;
}

/** What was seen, as far as the case compares it. */
function shown({ compare: fields, confirmOrder }: Recording, what: string, value: unknown): unknown {
  if (value === undefined) return null;
  if (what === 'messages')
    return Array.isArray(value) ? value.map((each) => seenOf(each as MessageView, fields)) : value;
  if (what === 'deliveries') {
    const entries = Object.entries(value as Readonly<Record<string, readonly MessageView[]>>);
    return inOrder(Object.fromEntries(entries.map(([name, list]) => [name, list.map((each) => seenOf(each, fields))])));
  }
  if (what === 'confirmed' && confirmOrder === 'any') return [...(value as string[])].sort();
  return inOrder(value);
}

function seenOf(view: MessageView, fields: readonly Field[]): unknown {
  const picked = fields.flatMap((field) => (view[field] === undefined ? [] : [[field, view[field]] as const]));
  return inOrder(Object.fromEntries(picked));
}

function compareOutcome({ outcome, endWaitMs }: Recording, play: Play): string | null {
  if (outcome === undefined) return null;
  const got = outcomeOf(play, endWaitMs);
  for (const [what, expected] of Object.entries(outcome)) {
    const wrong = difference(
      `outcome, ${what}`,
      inOrder(got[what as keyof typeof got]),
      inOrder(sortedIf(what, expected)),
    );
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Between readers no order was recorded. */
function sortedIf(what: string, value: unknown): unknown {
  const isSet = ['redelivered', 'refused', 'returned', 'neverReceived'].includes(what);
  return isSet ? [...(value as string[])].sort() : value;
}
