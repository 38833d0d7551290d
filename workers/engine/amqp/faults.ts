/** What faults do to RabbitMQ: its broker is stopped and started, its edges are cut and heal. */
import { REASON } from '../brokers/amqp/codes.ts';
import { emptyQueue } from '../brokers/amqp/queue-life.ts';
import { KIND } from '../brokers/amqp/state.ts';
import { restart } from '../brokers/amqp/time.ts';
import type { EdgeState, Run } from '../state.ts';
import { resumeDeliveries } from './answers.ts';
import { declareQueue } from './declarations.ts';
import { takeOutcomes } from './outcomes.ts';
import { admitWaiting, reconnectPublisher } from './publisher.ts';
import { breakSilence, dropSessions, openAmqpFeeds, watchSilence } from './sessions.ts';

/** The broker's process dies: connections break, and what was on its way to it, or about to be confirmed, is in doubt. */
export function crashAmqp(run: Run): void {
  if (!run.amqp.down) stop(run, true);
}

function stop(run: Run, killed: boolean): void {
  const { amqp } = run;
  amqp.down = true;
  amqp.crashes += 1;
  restart(amqp.broker, killed, run.nowNs);
  takeOutcomes(run);
  dropSessions(run);
  run.layoutVersion += 1;
}

/** It is up again: clients connect anew, and declare what was not durable. */
export function startAmqp(run: Run): void {
  const { amqp } = run;
  if (!amqp.down) return;
  amqp.down = false;
  for (const publisher of amqp.publishers) if (!publisher.gone) reconnectPublisher(run, publisher);
  amqp.queues.forEach((queue, index) => {
    if (!queue.gone && queue.core < 0) declareQueue(run, index);
  });
  run.instances.forEach((instance, index) => {
    const isUp = !instance.process.crashed && !instance.stopped && !instance.process.frozen;
    if (isUp && run.consumers[instance.consumer]!.family === 'amqp') openAmqpFeeds(run, index);
  });
  amqp.publishers.forEach((_, index) => admitWaiting(run, index));
}

/** Stopped in good order and started again at once. */
export function restartAmqp(run: Run): void {
  if (!run.amqp.down) stop(run, false);
  startAmqp(run);
}

/** [RQ11] A queue is emptied of what is ready, as by queue.purge over a connection of its own. A stream cannot be purged. */
export function purgeAmqpQueue(run: Run, index: number): void {
  const { broker, down, queues } = run.amqp;
  const { core } = queues[index]!;
  if (down || core < 0 || broker.queues[core]!.kind === KIND.stream) return;
  emptyQueue(broker, core, REASON.purged);
  takeOutcomes(run);
}

/** An edge to or from RabbitMQ is cut, or heals. */
export function amqpEdgeChanged(run: Run, edge: EdgeState, healed: boolean): void {
  if (edge.kind === 'amqpPublish') {
    if (healed) for (const client of run.sources[edge.detail]!.clients) admitWaiting(run, client);
    return;
  }
  if (edge.kind !== 'amqpConsume') return;
  const { instances } = run.consumers[run.amqp.feeds[edge.detail]!.consumer]!;
  if (healed) resumeDeliveries(run, edge.detail);
  for (const index of instances) {
    if (healed) breakSilence(run, index);
    else watchSilence(run, index);
  }
}
