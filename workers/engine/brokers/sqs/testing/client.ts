/** A queue and its dead-letter queue as one client sees them, in seconds and with short names; for tests. */
import { changeVisibility, deleteMessage } from '../handles.ts';
import { createSqsOutput, emptyOutput } from '../output.ts';
import { createSqsQueue, NONE, SQS_DEFAULTS, type SqsSettings } from '../queue-state.ts';
import { cancelWaiting, receiveMessage, type SqsReceive } from '../receive.ts';
import { sendMessage, type SqsEntry } from '../send.ts';
import { beginCall, endCall, purgeQueue } from '../sqs.ts';
import { nextDueNs } from '../time.ts';

export const SECOND = 1e9;

export interface Got {
  readonly message: number;
  readonly handle: number;
  readonly receives: number;
}

export interface Client {
  readonly queue: ReturnType<typeof createSqsQueue>;
  readonly deadLetters: ReturnType<typeof createSqsQueue>;
  readonly out: ReturnType<typeof createSqsOutput>;
  /** Messages that retention or a purge removed. */
  readonly gone: number[];
  readonly moved: number[];
  /** Answers by receiver, the newest. */
  readonly answers: Map<number, readonly Got[]>;
  nowNs: number;
  receivers: number;
}

export function clientOf(settings: Partial<SqsSettings> = {}): Client {
  const whole = { ...SQS_DEFAULTS, ...settings };
  return {
    queue: createSqsQueue(0, whole, 7, 'q'),
    deadLetters: createSqsQueue(1, { ...SQS_DEFAULTS, fifo: whole.fifo }, 7, 'dlq'),
    out: createSqsOutput(),
    gone: [],
    moved: [],
    answers: new Map(),
    nowNs: 0,
    receivers: 0,
  };
}

function call<Result>(client: Client, made: () => Result): Result {
  const { queue, deadLetters, out, nowNs } = client;
  const target = queue.settings.maxReceiveCount === Infinity ? null : deadLetters;
  emptyOutput(out);
  beginCall(queue, target, out, nowNs);
  const result = made();
  endCall(queue, target, out, nowNs);
  for (let i = 0; i < out.answers; i += 1) {
    const got: Got[] = [];
    for (let at = out.firstDelivery[i]!; at < out.firstDelivery[i + 1]!; at += 1)
      got.push({ message: out.message[at]!, handle: out.handle[at]!, receives: out.receives[at]! });
    client.answers.set(out.receiver[i]!, got);
  }
  client.gone.push(...out.goneMessage.subarray(0, out.gone));
  client.moved.push(...out.movedMessage.subarray(0, out.moved));
  return result;
}

export function send(client: Client, message: number, entry: Partial<SqsEntry> = {}): number {
  const whole = {
    message,
    bytes: 100,
    group: NONE,
    deduplicationId: NONE,
    contentId: message,
    delayNs: NONE,
    ...entry,
  };
  return call(client, () => sendMessage(client.queue, whole, client.nowNs));
}

/** The number of the receiver. Its answer, if it has one already, is in `answers`. */
export function ask(client: Client, asked: Partial<SqsReceive> = {}): number {
  const receiver = client.receivers++;
  const whole = { receiver, max: 1, visibilityNs: NONE, waitNs: NONE, attempt: NONE, ...asked };
  const target = client.queue.settings.maxReceiveCount === Infinity ? null : client.deadLetters;
  call(client, () => receiveMessage(client.queue, target, whole, client.out, client.nowNs));
  return receiver;
}

/** Receives and gives what came. */
export function receive(client: Client, max = 10, asked: Partial<SqsReceive> = {}): readonly Got[] {
  return client.answers.get(ask(client, { max, ...asked })) ?? [];
}

export function messagesOf(got: readonly Got[]): readonly number[] {
  return got.map(({ message }) => message);
}

export function remove(client: Client, handle: number): number {
  return call(client, () => deleteMessage(client.queue, handle));
}

export function change(client: Client, handle: number, visibilityNs: number): number {
  return call(client, () => changeVisibility(client.queue, handle, visibilityNs, client.nowNs));
}

export function purge(client: Client): boolean {
  return call(client, () => purgeQueue(client.queue, client.out, client.nowNs));
}

export function hangUp(client: Client, receiver: number): void {
  cancelWaiting(client.queue, receiver);
}

/** Lets time pass, from one due instant to the next. */
export function pass(client: Client, ns: number): void {
  const untilNs = client.nowNs + ns;
  for (let dueNs = nextDueNs(client.queue); dueNs <= untilNs; dueNs = nextDueNs(client.queue)) {
    client.nowNs = Math.max(client.nowNs, dueNs);
    call(client, () => null);
  }
  client.nowNs = untilNs;
}
