/** What an operation on a queue gave, in columns that are used again: whoever asks empties it before and reads it after. */
import { growFloat64, growInt32 } from '../../core/columns.ts';

export interface SqsOutput {
  /** Receives answered: `receiver` got the deliveries from `firstDelivery` up to that of the next answer, or none. */
  answers: number;
  receiver: Int32Array;
  firstDelivery: Int32Array;
  deliveries: number;
  /** Rows of the messages. */
  row: Int32Array;
  message: Int32Array;
  handle: Float64Array;
  /** ApproximateReceiveCount. */
  receives: Int32Array;
  /** Messages that went to the dead-letter queue. */
  deadLetters: number;
  deadLetter: Int32Array;
  /** Messages whose retention ended, or that were purged. */
  gone: number;
  goneMessage: Int32Array;
  /** Messages that a move task took out, the queue whose dead letters they are, and their groups. */
  moved: number;
  movedMessage: Int32Array;
  movedSource: Int32Array;
  movedGroup: Float64Array;
}

export function createSqsOutput(): SqsOutput {
  return {
    answers: 0,
    receiver: new Int32Array(16),
    firstDelivery: new Int32Array(16),
    deliveries: 0,
    row: new Int32Array(16),
    message: new Int32Array(16),
    handle: new Float64Array(16),
    receives: new Int32Array(16),
    deadLetters: 0,
    deadLetter: new Int32Array(16),
    gone: 0,
    goneMessage: new Int32Array(16),
    moved: 0,
    movedMessage: new Int32Array(16),
    movedSource: new Int32Array(16),
    movedGroup: new Float64Array(16),
  };
}

export function emptyOutput(out: SqsOutput): void {
  out.answers = 0;
  out.deliveries = 0;
  out.deadLetters = 0;
  out.gone = 0;
  out.moved = 0;
}

/** An answer to a receiver; its deliveries are those from `firstDelivery` on. */
export function putAnswer(out: SqsOutput, receiver: number, firstDelivery: number): void {
  const at = out.answers++;
  out.receiver = growInt32(out.receiver, out.answers);
  out.firstDelivery = growInt32(out.firstDelivery, out.answers + 1);
  out.receiver[at] = receiver;
  out.firstDelivery[at] = firstDelivery;
  out.firstDelivery[at + 1] = out.deliveries;
}

export function putDelivery(out: SqsOutput, row: number, message: number, handle: number, receives: number): void {
  const at = out.deliveries++;
  if (at === out.message.length) {
    out.row = growInt32(out.row, at + 1);
    out.message = growInt32(out.message, at + 1);
    out.handle = growFloat64(out.handle, at + 1);
    out.receives = growInt32(out.receives, at + 1);
  }
  out.row[at] = row;
  out.message[at] = message;
  out.handle[at] = handle;
  out.receives[at] = receives;
}

export function putDeadLetter(out: SqsOutput, message: number): void {
  const at = out.deadLetters++;
  out.deadLetter = growInt32(out.deadLetter, at + 1);
  out.deadLetter[at] = message;
}

export function putGone(out: SqsOutput, message: number): void {
  const at = out.gone++;
  out.goneMessage = growInt32(out.goneMessage, at + 1);
  out.goneMessage[at] = message;
}

export function putMoved(out: SqsOutput, message: number, source: number, group: number): void {
  const at = out.moved++;
  out.movedMessage = growInt32(out.movedMessage, at + 1);
  out.movedSource = growInt32(out.movedSource, at + 1);
  out.movedGroup = growFloat64(out.movedGroup, at + 1);
  out.movedMessage[at] = message;
  out.movedSource[at] = source;
  out.movedGroup[at] = group;
}
