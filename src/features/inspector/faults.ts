/** Which faults may be caused where, and how they are said. */
import type { Fault, FaultAction, LogPosition } from '../../../workers/scenario/document.ts';
import type { EdgeKind } from '../../../workers/scenario/edges/table.ts';
import type { NodeKind } from '../../../workers/scenario/kinds/table.ts';
import { writeDuration } from '../../ui/numbers.ts';

export type FaultKind = FaultAction['do'];

/** Disturbances of each kind of node, worst first; what ends them is offered beside. */
export const nodeFaults: Readonly<Record<NodeKind, readonly FaultKind[]>> = {
  producer: ['crash', 'pause', 'slow'],
  client: ['crash', 'pause', 'slow'],
  topic: ['crash', 'pause', 'slow'],
  cluster: ['crash', 'pause', 'slow', 'isolate'],
  exchange: [],
  queue: ['purge'],
  rabbitmq: ['crash'],
  sqs: ['redrive', 'purge'],
  sns: [],
  store: ['crash', 'pause', 'slow'],
  consumer: ['crash', 'pause', 'slow'],
  note: [],
  frame: [],
};

export const edgeFaults: Readonly<Record<EdgeKind, readonly FaultKind[]>> = {
  publish: ['cut', 'dropAcks'],
  subscribe: ['cut', 'dropAcks'],
  host: [],
  amqpPublish: ['cut', 'dropAcks'],
  bind: [],
  amqpConsume: ['cut', 'dropAcks'],
  deadLetter: [],
  sqsSend: ['cut', 'dropAcks'],
  sqsReceive: ['cut', 'dropAcks'],
  redrive: [],
  snsPublish: ['cut', 'dropAcks'],
  snsSubscribe: ['cut'],
  insert: ['cut', 'dropAcks'],
  poll: ['cut', 'dropAcks'],
};

export const faultLabels: Readonly<Record<FaultKind, string>> = {
  crash: 'Crash',
  restart: 'Restart',
  pause: 'Pause',
  resume: 'Resume',
  slow: 'Slow down',
  isolate: 'Isolate',
  cut: 'Cut',
  heal: 'Heal',
  dropAcks: 'Drop answers',
  seek: 'Replay from',
  pausePartitions: 'Pause partitions',
  resumePartitions: 'Resume partitions',
  purge: 'Purge',
  redrive: 'Redrive',
};

export const faultHelp: Readonly<Record<FaultKind, string>> = {
  crash: 'It dies at once and loses what it holds in memory; a log keeps its disk.',
  restart: 'It starts again after a crash.',
  pause: 'It freezes and keeps its memory, but sends nothing, not even heartbeats.',
  resume: 'It goes on after a pause.',
  isolate: 'The other brokers and the controller hear it no more; its clients do, and it may go on as if it led.',
  slow: 'Its work, its appends or its arrivals take this many times as long.',
  cut: 'Nothing passes in either direction; what is under way is lost.',
  heal: 'The connection works again.',
  dropAcks: 'Requests pass, their answers do not: the other side has done what this side believes has failed.',
  seek: 'Its members go on reading at another place of their partitions, with their next poll.',
  pausePartitions: 'Its members stay in the group and fetch nothing more of their partitions.',
  resumePartitions: 'Its members fetch their partitions again.',
  purge:
    'What waits in it is removed, and is no dead letter. What consumers hold stays theirs, and a stream stays as it is.',
  redrive: 'Dead letters in it that can be received are moved back to the queues where they came from.',
};

/** What is done in an instant: it has no length. */
export const MOMENTARY: ReadonlySet<FaultKind> = new Set<FaultKind>(['purge', 'redrive']);

/** What is set beside the fault itself. */
export interface FaultSettings {
  /** null lasts until it is ended by hand. */
  readonly forMs: number | null;
  readonly factor: number;
  /** Where a replay begins. */
  readonly position: LogPosition;
  /** null is all instances, or all brokers. */
  readonly instance: number | null;
}

/** The action for a fault on a target with these settings; settings that the fault does not have are left out. */
export function faultAction(
  kind: FaultKind,
  target: string,
  { forMs, factor, position, instance }: FaultSettings,
): FaultAction {
  const lasting = forMs === null ? {} : { forMs };
  const one = instance === null ? {} : { instance };
  switch (kind) {
    case 'crash':
    case 'pause':
    case 'isolate':
      return { do: kind, target, ...one, ...lasting };
    case 'restart':
    case 'resume':
      return { do: kind, target, ...one };
    case 'slow':
      return { do: kind, target, ...one, factor, ...lasting };
    case 'cut':
    case 'dropAcks':
      return { do: kind, target, ...lasting };
    case 'heal':
      return { do: kind, target, ...one };
    case 'seek':
      return { do: kind, target, ...one, to: position };
    case 'pausePartitions':
      return { do: kind, target, ...one, ...lasting };
    case 'resumePartitions':
      return { do: kind, target, ...one };
    case 'purge':
    case 'redrive':
      return { do: kind, target };
    default:
      return kind satisfies never;
  }
}

/** The actions that end whatever is the matter with a target, by the word for its trouble (`live-figures.ts`). */
export function endings(troubleWord: string, target: string): readonly FaultAction[] {
  switch (troubleWord) {
    case 'crashed':
      return [{ do: 'restart', target }];
    case 'paused':
      return [{ do: 'resume', target }];
    case 'slow':
      return [{ do: 'slow', target, factor: 1 }];
    case 'cut':
    case 'drops acknowledgements':
      return [{ do: 'heal', target }];
    default:
      return [];
  }
}

/** "the beginning", "offset 12", "what is not older than 5 s". */
function sayPosition(to: LogPosition): string {
  switch (to.type) {
    case 'beginning':
      return 'the beginning';
    case 'end':
      return 'the end';
    case 'offset':
      return `offset ${to.offset}`;
    case 'timestamp':
      return `the first record of ${writeDuration(to.timestampMs)}`;
    case 'duration':
      return `what is not older than ${writeDuration(to.durationMs)}`;
    default:
      return to satisfies never;
  }
}

/** A scripted fault in a few words: "Crash of instance 2 for 3 s", "Slow down by 5 until ended". */
export function sayFault(fault: Fault | FaultAction, part: 'instance' | 'broker' = 'instance'): string {
  const words = [faultLabels[fault.do]];
  if (fault.do === 'seek') words.push(sayPosition(fault.to));
  if ('instance' in fault && fault.instance !== undefined) words.push(`of ${part} ${fault.instance}`);
  if (fault.do === 'slow') words.push(`by ${fault.factor}`);
  if ('forMs' in fault && fault.forMs !== undefined) words.push(`for ${writeDuration(fault.forMs)}`);
  return words.join(' ');
}
