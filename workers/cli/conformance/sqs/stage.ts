/** Queues with names, a clock, and clients that call them: what the files of cases about SQS are played on. */
import { changeVisibility, deleteMessage, type Changed, type Deleted } from '../../../engine/brokers/sqs/handles.ts';
import { createSqsOutput, emptyOutput, type SqsOutput } from '../../../engine/brokers/sqs/output.ts';
import { createSqsQueue, NONE, type SqsQueue, type SqsSettings } from '../../../engine/brokers/sqs/queue-state.ts';
import { RECEIVED, receiveMessage, type SqsReceive } from '../../../engine/brokers/sqs/receive.ts';
import { rowOf } from '../../../engine/brokers/sqs/rows.ts';
import { sendMessage, type Sent, type SqsEntry } from '../../../engine/brokers/sqs/send.ts';
import { beginCall, endCall, purgeQueue } from '../../../engine/brokers/sqs/sqs.ts';
import { nextDueNs } from '../../../engine/brokers/sqs/time.ts';

export interface NamedQueue {
  readonly name: string;
  readonly queue: SqsQueue;
  /** The name of its dead-letter queue. */
  readonly deadLetters: string | null;
}

export interface Delivered {
  readonly body: string;
  readonly receiveCount: number;
  readonly group: string | null;
  readonly handle: number;
}

export interface Answer {
  readonly atNs: number;
  readonly messages: readonly Delivered[];
}

export interface SqsStage {
  readonly queues: Map<string, NamedQueue>;
  readonly out: SqsOutput;
  /** Messages are numbers: their bodies. Groups and deduplication ids: their texts. */
  readonly bodies: string[];
  readonly texts: string[];
  /** By number of the receive. */
  readonly answers: Map<number, Answer>;
  nowNs: number;
  receives: number;
}

export function createSqsStage(): SqsStage {
  return {
    queues: new Map(),
    out: createSqsOutput(),
    bodies: [],
    texts: [],
    answers: new Map(),
    nowNs: 0,
    receives: 0,
  };
}

export function addQueue(stage: SqsStage, name: string, settings: SqsSettings, deadLetters: string | null): void {
  stage.queues.set(name, { name, queue: createSqsQueue(stage.queues.size, settings, 1, name), deadLetters });
}

/** The queue of that name. */
export function queueNamed({ queues }: SqsStage, name: string): NamedQueue {
  const queue = queues.get(name);
  if (queue === undefined) throw new Error(`There is no queue "${name}".`);
  return queue;
}

/** The number of a text; NONE for none. */
export function numberOf({ texts }: SqsStage, text: string | undefined): number {
  if (text === undefined) return NONE;
  const known = texts.indexOf(text);
  return known < 0 ? texts.push(text) - 1 : known;
}

/** Lets time pass, one due instant after another. */
export function passUntil(stage: SqsStage, untilNs: number): void {
  for (;;) {
    let dueNs = Infinity;
    for (const { queue } of stage.queues.values()) dueNs = Math.min(dueNs, nextDueNs(queue));
    if (dueNs > untilNs) break;
    stage.nowNs = Math.max(stage.nowNs, dueNs);
    for (const { name } of stage.queues.values()) call(stage, name, () => null);
  }
  stage.nowNs = Math.max(stage.nowNs, untilNs);
}

/** Lets time pass until that receive was answered. */
export function passUntilAnswered(stage: SqsStage, receiver: number): Answer {
  for (let answer = stage.answers.get(receiver); ; answer = stage.answers.get(receiver)) {
    if (answer !== undefined) return answer;
    const dueNs = Math.min(...[...stage.queues.values()].map(({ queue }) => nextDueNs(queue)));
    if (dueNs === Infinity) throw new Error('A receive is never answered.');
    passUntil(stage, dueNs);
  }
}

/** One call to a queue, and what follows of it there and in its dead-letter queue. */
function call<Result>(stage: SqsStage, name: string, made: (queue: SqsQueue) => Result): Result {
  const { out, nowNs } = stage;
  const { queue, deadLetters } = queueNamed(stage, name);
  const target = deadLetters === null ? null : queueNamed(stage, deadLetters).queue;
  emptyOutput(out);
  beginCall(queue, target, out, nowNs);
  const result = made(queue);
  endCall(queue, target, out, nowNs);
  noteAnswers(stage, queue);
  if (out.deadLetters > 0 && deadLetters !== null) call(stage, deadLetters, () => null);
  return result;
}

function noteAnswers(stage: SqsStage, queue: SqsQueue): void {
  const { out, bodies, texts, nowNs } = stage;
  const { rows, groups } = queue;
  for (let answer = 0; answer < out.answers; answer += 1) {
    const messages: Delivered[] = [];
    for (let at = out.firstDelivery[answer]!; at < out.firstDelivery[answer + 1]!; at += 1) {
      const handle = out.handle[at]!;
      const group = groups.id[rows.group[rowOf(queue, handle)]!]!;
      const receiveCount = out.receives[at]!;
      const body = bodies[out.message[at]!]!;
      messages.push({ body, receiveCount, group: group === NONE ? null : texts[group]!, handle });
    }
    stage.answers.set(out.receiver[answer]!, { atNs: nowNs, messages });
  }
}

/** Sends a message; its number is the place of its body. */
export function send(stage: SqsStage, name: string, body: string, entry: Partial<SqsEntry>): Sent {
  const message = stage.bodies.push(body) - 1;
  const whole = { message, bytes: body.length, group: NONE, deduplicationId: NONE, delayNs: NONE, ...entry };
  const contentId = numberOf(stage, `content ${body}`);
  return call(stage, name, (queue) => sendMessage(queue, { ...whole, contentId }, stage.nowNs));
}

/** The number of the receive, to look for its answer; null for parameters that SQS does not take. */
export function receive(stage: SqsStage, name: string, asked: Omit<SqsReceive, 'receiver'>): number | null {
  const receiver = stage.receives++;
  const { deadLetters } = queueNamed(stage, name);
  const target = deadLetters === null ? null : queueNamed(stage, deadLetters).queue;
  const told = call(stage, name, (queue) =>
    receiveMessage(queue, target, { receiver, ...asked }, stage.out, stage.nowNs),
  );
  return told === RECEIVED.invalid ? null : receiver;
}

export function remove(stage: SqsStage, name: string, handle: number): Deleted {
  return call(stage, name, (queue) => deleteMessage(queue, handle));
}

export function setVisibility(stage: SqsStage, name: string, handle: number, visibilityNs: number): Changed {
  return call(stage, name, (queue) => changeVisibility(queue, handle, visibilityNs, stage.nowNs));
}

export function purge(stage: SqsStage, name: string): boolean {
  return call(stage, name, (queue) => purgeQueue(queue, stage.out, stage.nowNs));
}
