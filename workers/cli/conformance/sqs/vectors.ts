/** Runs the vectors of a queue's behaviour (`sqs-queue-behaviour/1`) through the engine's own queues. */
import { NONE } from '../../../engine/brokers/sqs/queue-state.ts';
import * as v from 'valibot';
import { CHANGED, DELETED } from '../../../engine/brokers/sqs/handles.ts';
import { SENT } from '../../../engine/brokers/sqs/send.ts';
import { checking, difference } from '../cases.ts';
import { attributesEntries, nsOf, seconds, settingsOf } from './attributes.ts';
import {
  addQueue,
  createSqsStage,
  numberOf,
  passUntil,
  passUntilAnswered,
  purge,
  receive,
  remove,
  send,
  setVisibility,
  type Delivered,
  type SqsStage,
} from './stage.ts';

const told = v.strictObject({
  messages: v.optional(
    v.array(
      v.strictObject({
        body: v.string(),
        receiveCount: v.number(),
        handle: v.string(),
        group: v.optional(v.string()),
      }),
    ),
  ),
  returnsAt: v.optional(seconds),
  duplicate: v.optional(v.boolean()),
  error: v.optional(v.string()),
});
const at = v.optional(seconds);
const expect = v.optional(told, {});

const operation = v.variant('op', [
  v.strictObject({
    op: v.literal('send'),
    queue: v.string(),
    body: v.string(),
    group: v.optional(v.string()),
    dedup: v.optional(v.string()),
    delay: v.optional(seconds),
    at,
    expect,
  }),
  v.strictObject({
    op: v.literal('receive'),
    queue: v.string(),
    max: v.optional(v.number(), 1),
    visibility: v.optional(seconds),
    wait: v.optional(seconds),
    at,
    expect,
  }),
  v.strictObject({ op: v.literal('delete'), handle: v.string(), at, expect }),
  v.strictObject({ op: v.literal('changeVisibility'), handle: v.string(), visibility: seconds, at, expect }),
  v.strictObject({ op: v.literal('purge'), queue: v.string(), at, expect }),
]);
type Operation = v.InferOutput<typeof operation>;
type Told = v.InferOutput<typeof told>;

const queueCase = v.object({
  queues: v.record(
    v.string(),
    v.strictObject({
      ...attributesEntries,
      RedrivePolicy: v.optional(v.strictObject({ deadLetterQueue: v.string(), maxReceiveCount: v.number() })),
    }),
  ),
  compare: v.picklist(['exact', 'perGroup', 'anyOrder']),
  ops: v.array(operation),
});
type QueueCase = v.InferOutput<typeof queueCase>;

interface Play {
  readonly stage: SqsStage;
  readonly compare: QueueCase['compare'];
  /** By their names in the file. */
  readonly handles: Map<string, { readonly queue: string; readonly handle: number }>;
  /** Receives whose answer has not been compared. */
  readonly open: { readonly receive: number; readonly step: string; readonly queue: string; readonly expect: Told }[];
}

export const sqsQueueVectors = checking(queueCase, ({ queues, compare, ops }) => {
  const stage = createSqsStage();
  for (const [name, { RedrivePolicy: redrive, ...said }] of Object.entries(queues))
    addQueue(stage, name, settingsOf(said, redrive?.maxReceiveCount), redrive?.deadLetterQueue ?? null);
  const play: Play = { stage, compare, handles: new Map(), open: [] };
  for (const [place, one] of ops.entries()) {
    const step = `step ${place}, ${one.op}`;
    // Without an instant of its own it follows the end of the call before.
    const last = play.open.at(-1);
    if (one.at !== undefined) passUntil(stage, nsOf(one.at));
    else if (last !== undefined) passUntilAnswered(stage, last.receive);
    const reason = compareOpen(play) ?? perform(play, one, step);
    if (reason !== null) return reason;
  }
  for (const { receive: number } of play.open) passUntilAnswered(stage, number);
  return compareOpen(play);
});

/** What was answered meanwhile, compared; a reason, or null. */
function compareOpen(play: Play): string | null {
  for (;;) {
    const index = play.open.findIndex(({ receive: number }) => play.stage.answers.has(number));
    if (index < 0) return null;
    const [{ receive: number, step, queue, expect: expected }] = play.open.splice(index, 1) as [Play['open'][number]];
    const { atNs, messages } = play.stage.answers.get(number)!;
    const reason =
      compareMessages(play, step, messages, expected) ??
      (expected.returnsAt === undefined ? null : difference(`${step}, returns at`, atNs / 1e9, expected.returnsAt));
    if (reason !== null) return reason;
    nameHandles(play, queue, messages, expected);
  }
}

function compareMessages(
  { compare }: Play,
  step: string,
  messages: readonly Delivered[],
  { messages: expected }: Told,
) {
  if (expected === undefined) return null;
  const got = messages.map(({ body, receiveCount, group }) => [group ?? '', body, receiveCount] as const);
  const wanted = expected.map(({ body, receiveCount, group }) => [group ?? '', body, receiveCount] as const);
  return difference(step, inOrder(got, compare), inOrder(wanted, compare));
}

type Shown = readonly [string, string, number];

/** What has no order is put into one. */
function inOrder(shown: readonly Shown[], compare: QueueCase['compare']): readonly Shown[] {
  if (compare === 'exact') return shown;
  const key = compare === 'perGroup' ? ([group]: Shown) => group : (one: Shown) => JSON.stringify(one);
  return shown.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function nameHandles(
  { handles }: Play,
  queue: string,
  messages: readonly Delivered[],
  { messages: expected = [] }: Told,
) {
  const left = [...messages];
  for (const { body, handle } of expected) {
    const index = left.findIndex((one) => one.body === body);
    handles.set(handle, { queue, handle: left.splice(index, 1)[0]!.handle });
  }
}

function perform(play: Play, one: Operation, step: string): string | null {
  const { stage } = play;
  switch (one.op) {
    case 'send': {
      const sent = send(stage, one.queue, one.body, {
        group: numberOf(stage, one.group),
        deduplicationId: numberOf(stage, one.dedup),
        delayNs: nsOf(one.delay),
      });
      const refused = sent !== SENT.accepted && sent !== SENT.duplicate;
      const got = refused ? { error: 'InvalidParameterValue' } : { duplicate: sent === SENT.duplicate };
      return compareTold(step, got, one.expect);
    }
    case 'receive': {
      const { queue, max, visibility, wait } = one;
      const number = receive(stage, queue, { max, visibilityNs: nsOf(visibility), waitNs: nsOf(wait), attempt: NONE });
      if (number === null) return compareTold(step, { error: 'InvalidParameterValue' }, one.expect);
      if (one.expect.error !== undefined) return `${step}: expected ${one.expect.error}, got an answer`;
      play.open.push({ receive: number, step, queue, expect: one.expect });
      return compareOpen(play);
    }
    case 'delete': {
      const { queue, handle } = handleNamed(play, one.handle);
      return compareError(step, remove(stage, queue, handle) === DELETED.expired, one.expect);
    }
    case 'changeVisibility': {
      const { queue, handle } = handleNamed(play, one.handle);
      const changed = setVisibility(stage, queue, handle, nsOf(one.visibility));
      return compareError(step, changed !== CHANGED.changed, one.expect);
    }
    case 'purge':
      purge(stage, one.queue);
      return null;
    default:
      return one satisfies never;
  }
}

function handleNamed({ handles }: Play, name: string): { readonly queue: string; readonly handle: number } {
  const handle = handles.get(name);
  if (handle === undefined) throw new Error(`There is no receipt handle "${name}".`);
  return handle;
}

function compareError(step: string, refused: boolean, expected: Told): string | null {
  return compareTold(step, refused ? { error: 'InvalidParameterValue' } : {}, expected);
}

/** Errors by their code: what follows in brackets explains it. */
function compareTold(step: string, got: Told, { duplicate, error }: Told): string | null {
  const code = error?.replace(/ \(.*$/, '');
  return difference(step, [got.error ?? null, got.duplicate ?? null], [code ?? null, duplicate ?? null]);
}
