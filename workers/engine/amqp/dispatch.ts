/** From an event of RabbitMQ to the code it concerns. */
import { NOTE } from '../brokers/amqp/codes.ts';
import type { Broker } from '../brokers/amqp/state.ts';
import { advance } from '../brokers/amqp/time.ts';
import { fail } from '../core/assert.ts';
import { OP } from '../events.ts';
import type { Run } from '../state.ts';
import { answerArrives } from './answers.ts';
import { delivered } from './deliveries.ts';
import { watchMemory } from './memory.ts';
import { takeOutcomes } from './outcomes.ts';
import { admitWaiting, confirmArrives, publishArrives } from './publisher.ts';
import { channelCloses, connectInstance, connectionEnds, fallsSilent } from './sessions.ts';
import { offsetArrives, storeDue } from './stream-offsets.ts';

export function dispatchAmqp(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.amqpPublishArrives:
      return publishArrives(run, target, a, b);
    case OP.amqpConfirmed:
      return confirmArrives(run, target, a, b);
    case OP.amqpDelivered:
      return delivered(run, target);
    case OP.amqpAnswerArrives:
      return answerArrives(run, a, b);
    case OP.amqpDue:
      return due(run, a);
    default:
      return dispatchConnection(run, operation, target, a, b);
  }
}

function dispatchConnection(run: Run, operation: number, target: number, a: number, b: number): void {
  switch (operation) {
    case OP.amqpConnects:
      return connectInstance(run, target, a);
    case OP.amqpConnectionEnds:
      return connectionEnds(run, a);
    case OP.amqpSilent:
      return fallsSilent(run, target, a, b);
    case OP.amqpOffsetStored:
      return offsetArrives(run, target, a, b);
    case OP.amqpStoreDue:
      return storeDue(run, target, a, b);
    case OP.amqpUnblocked:
      run.amqp.publishers.forEach((_, index) => admitWaiting(run, index));
      return;
    default:
      fail(`An event of an unknown kind: ${operation}`);
  }
}

/** Channels that the broker has just closed by itself. */
function closedChannels({ notes }: Broker): number[] {
  const list: number[] = [];
  for (let i = 0; i < notes.count; i += 1) if (notes.kind[i] === NOTE.channelClosed) list.push(notes.detail[i]!);
  return list;
}

/** The broker looks at what is due by itself. An alarm that was followed by an earlier one is void. */
function due(run: Run, atNs: number): void {
  if (run.amqp.alarmNs !== atNs) return;
  run.amqp.alarmNs = Infinity;
  advance(run.amqp.broker, run.nowNs);
  const closed = closedChannels(run.amqp.broker);
  takeOutcomes(run);
  for (const channel of closed) channelCloses(run, channel);
  watchMemory(run);
}
