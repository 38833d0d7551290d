/** The runner of recorded runs of SQS (`broker-conformance/1`): every step is played on the engine's own queues. */
import * as v from 'valibot';
import { CHANGED, DELETED } from '../../../engine/brokers/sqs/handles.ts';
import { NONE } from '../../../engine/brokers/sqs/queue-state.ts';
import { MESSAGES_MAX } from '../../../engine/brokers/sqs/receive.ts';
import { firstWithId, SENT } from '../../../engine/brokers/sqs/send.ts';
import { checkingOutcome, difference, notCovered, type Outcome } from '../cases.ts';
import { attributesEntries, nsOf, seconds, settingsOf } from './attributes.ts';
import {
  addQueue,
  createSqsStage,
  numberOf,
  passUntil,
  passUntilAnswered,
  queueNamed,
  receive,
  remove,
  send,
  setVisibility,
  type Delivered,
  type SqsStage,
} from './stage.ts';

const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const received = v.optional(
  v.strictObject({
    messages: v.optional(v.array(v.strictObject({ body: v.string(), receiveCount: v.optional(v.number()) }))),
    returned: v.optional(v.picklist(['at once', 'before the wait ended', 'after the full wait'])),
    error: v.optional(v.string()),
  }),
  {},
);
const refused = v.optional(v.strictObject({ error: v.optional(v.string()) }), {});
const none = v.optional(v.strictObject({}));
const queue = v.string();

const stepSchema = v.variant('do', [
  v.strictObject({
    do: v.literal('createQueue'),
    queue,
    attributes: v.optional(
      v.strictObject({
        ...attributesEntries,
        deadLetterQueue: v.optional(v.string()),
        maxReceiveCount: v.optional(v.number()),
      }),
      {},
    ),
    expect: none,
  }),
  v.strictObject({
    do: v.literal('send'),
    queue,
    body: v.optional(v.string()),
    bodies: v.optional(v.array(v.string())),
    delaySeconds: v.optional(seconds),
    group: v.optional(v.string()),
    dedupId: v.optional(v.string()),
    sameIdAs: v.optional(v.string()),
    expect: v.optional(
      v.strictObject({
        accepted: v.optional(v.boolean()),
        sameMessageIdAsFirst: v.optional(v.boolean()),
        error: v.optional(v.string()),
      }),
      {},
    ),
  }),
  v.strictObject({
    do: v.literal('receive'),
    queue,
    // Recorded with the most that a call may ask for.
    max: v.optional(v.number(), MESSAGES_MAX),
    waitSeconds: v.optional(seconds),
    visibilityTimeout: v.optional(seconds),
    unordered: v.optional(v.boolean(), false),
    bodiesOnly: v.optional(v.boolean(), false),
    expect: received,
  }),
  v.strictObject({
    do: v.literal('receiveWhile'),
    queue,
    waitSeconds: seconds,
    afterMs: ms,
    sendBody: v.string(),
    expect: received,
  }),
  v.strictObject({ do: v.literal('delete'), queue, body: v.string(), expect: refused }),
  v.strictObject({ do: v.literal('setVisibility'), queue, body: v.string(), seconds, expect: refused }),
  v.strictObject({
    do: v.literal('inspect'),
    queue,
    expect: v.optional(
      v.strictObject({ visible: v.optional(ms), inFlight: v.optional(ms), delayed: v.optional(ms) }),
      {},
    ),
  }),
  v.strictObject({ do: v.literal('wait'), ms, expect: none }),
]);
type Step = v.InferOutput<typeof stepSchema>;
type StepOf<Verb extends Step['do']> = Extract<Step, { do: Verb }>;

const recording = v.object({ steps: v.array(stepSchema), contested: v.optional(v.string()) });

interface Play {
  readonly stage: SqsStage;
  /** The newest receipt handle of each body, by queue. */
  readonly handles: Map<string, number>;
}

export const recordedSqs = checkingOutcome(recording, ({ steps, contested }): Outcome => {
  const play: Play = { stage: createSqsStage(), handles: new Map() };
  for (const [place, step] of steps.entries()) {
    const reason = perform(play, step);
    if (reason === null) continue;
    // The recording is of an emulator, and this one says itself that it is not what AWS does.
    if (contested !== undefined) return notCovered(`The recording is contested: ${contested}`);
    return { verdict: 'fail', reason: `step ${place}, ${step.do}: ${reason}` };
  }
  return { verdict: 'pass' };
});

/** Why the step does not show what was recorded; null if it does. */
function perform(play: Play, step: Step): string | null {
  const { stage } = play;
  switch (step.do) {
    case 'createQueue': {
      const { deadLetterQueue = null, maxReceiveCount, ...said } = step.attributes;
      const isFifo = step.queue.endsWith('.fifo');
      addQueue(stage, step.queue, settingsOf({ FifoQueue: isFifo, ...said }, maxReceiveCount), deadLetterQueue);
      return null;
    }
    case 'send':
      return performSend(play, step);
    case 'receive':
      return performReceive(play, step);
    case 'receiveWhile':
      return performReceiveWhile(play, step);
    case 'delete': {
      const deleted = remove(stage, step.queue, handleOf(play, step.queue, step.body));
      return compareError(deleted === DELETED.expired, step.expect.error);
    }
    case 'setVisibility': {
      const handle = handleOf(play, step.queue, step.body);
      const changed = setVisibility(stage, step.queue, handle, nsOf(step.seconds));
      return compareError(changed !== CHANGED.changed, step.expect.error);
    }
    case 'inspect': {
      const { visible, inFlight, delayed } = queueNamed(stage, step.queue).queue;
      const got = { visible, inFlight, delayed };
      return difference('counts', got, { ...got, ...step.expect });
    }
    case 'wait':
      passUntil(stage, stage.nowNs + Math.round(step.ms * 1e6));
      return null;
    default:
      return step satisfies never;
  }
}

function performSend({ stage }: Play, step: StepOf<'send'>): string | null {
  const bodies = step.bodies ?? (step.body === undefined ? [] : [step.body]);
  const { queue: target } = queueNamed(stage, step.queue);
  const group = numberOf(stage, step.group);
  for (const body of bodies) {
    // Whoever recorded gave every message an id of its own where the step has none.
    const own = target.settings.fifo ? `own ${stage.bodies.length}` : undefined;
    const deduplicationId = numberOf(stage, step.dedupId ?? own);
    const sent = send(stage, step.queue, body, { group, deduplicationId, delayNs: nsOf(step.delaySeconds) });
    const isAccepted = sent === SENT.accepted || sent === SENT.duplicate;
    const { accepted = step.expect.error === undefined, sameMessageIdAsFirst, error } = step.expect;
    const wrong = compareError(!isAccepted, error) ?? difference('accepted', isAccepted, accepted);
    if (wrong !== null) return wrong;
    if (sameMessageIdAsFirst === undefined) continue;
    const first = firstWithId(target, deduplicationId, group);
    const isSame = sent === SENT.duplicate && stage.bodies[first ?? NONE] === step.sameIdAs;
    if (isSame !== sameMessageIdAsFirst)
      return `the message id of "${step.sameIdAs}": ${isSame ? 'the' : 'not the'} same`;
  }
  return null;
}

function performReceive(play: Play, step: StepOf<'receive'>): string | null {
  const { stage } = play;
  const beganNs = stage.nowNs;
  const waitNs = nsOf(step.waitSeconds);
  const visibilityNs = nsOf(step.visibilityTimeout);
  const number = receive(stage, step.queue, { max: step.max, visibilityNs, waitNs, attempt: NONE });
  if (number === null) return compareError(true, step.expect.error);
  const answer = passUntilAnswered(stage, number);
  noteHandles(play, step.queue, answer.messages);
  return (
    compareError(false, step.expect.error) ??
    compareReturn(answer.atNs - beganNs, Math.max(0, waitNs), step.expect.returned) ??
    compareMessages(answer.messages, step)
  );
}

/** A message is sent while the receive waits. */
function performReceiveWhile(play: Play, step: StepOf<'receiveWhile'>): string | null {
  const { stage } = play;
  const beganNs = stage.nowNs;
  const waitNs = nsOf(step.waitSeconds);
  const number = receive(stage, step.queue, {
    max: MESSAGES_MAX,
    visibilityNs: NONE,
    waitNs,
    attempt: NONE,
  })!;
  passUntil(stage, beganNs + Math.round(step.afterMs * 1e6));
  send(stage, step.queue, step.sendBody, {});
  const answer = passUntilAnswered(stage, number);
  noteHandles(play, step.queue, answer.messages);
  return (
    compareReturn(answer.atNs - beganNs, waitNs, step.expect.returned) ??
    compareMessages(answer.messages, { expect: step.expect, unordered: false, bodiesOnly: false })
  );
}

function compareReturn(tookNs: number, waitNs: number, expected: string | undefined): string | null {
  const got = tookNs === 0 ? 'at once' : tookNs < waitNs ? 'before the wait ended' : 'after the full wait';
  return expected === undefined ? null : difference('returned', got, expected);
}

function compareMessages(
  messages: readonly Delivered[],
  { expect, unordered, bodiesOnly }: Pick<StepOf<'receive'>, 'expect' | 'unordered' | 'bodiesOnly'>,
): string | null {
  if (expect.messages === undefined) return null;
  const shown = (all: readonly { readonly body: string; readonly receiveCount?: number | undefined }[]) => {
    const texts = all.map(({ body, receiveCount }) => (bodiesOnly ? body : `${body} (${receiveCount})`));
    return unordered ? texts.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)) : texts;
  };
  return difference('messages', shown(messages), shown(expect.messages));
}

function noteHandles({ handles }: Play, name: string, messages: readonly Delivered[]): void {
  for (const { body, handle } of messages) handles.set(`${name} ${body}`, handle);
}

function handleOf({ handles }: Play, name: string, body: string): number {
  const handle = handles.get(`${name} ${body}`);
  if (handle === undefined) throw new Error(`"${body}" was not received from "${name}".`);
  return handle;
}

/** Which error it is differs between versions of the client; that there is one does not. */
function compareError(isRefused: boolean, error: string | undefined): string | null {
  return difference('refused', isRefused, error !== undefined);
}
