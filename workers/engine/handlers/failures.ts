/** Handlers that fail: by chance at each attempt, and always on messages that are poison to them. */
import { hashUnit, nextUnit, openStream } from '../core/random.ts';
import type { Run } from '../state.ts';
import { fromMs } from '../core/time.ts';
import { jitteredMs } from './backoff.ts';
import type { ConsumerState, InstanceState, Worker } from './handler-state.ts';
import { M } from '../ledger/layout.ts';

/** [HD7] Whether this attempt at a message fails. Poison is a property of the message, so every attempt tells the same. */
export function handlerFails(run: Run, instance: InstanceState, consumer: ConsumerState, row: number): boolean {
  const { failureRate, poisonRate } = consumer.settings;
  const name = `consumer:${consumer.id}`;
  if (poisonRate > 0 && hashUnit(run.seed, `${name}:poison:${run.messages.num[row + M.id]!}`) < poisonRate) return true;
  if (failureRate === 0) return false;
  if (instance.failureStream < 0)
    instance.failureStream = openStream(run.streams, run.seed, `${name}:${instance.index}:failures`);
  return nextUnit(run.streams, instance.failureStream) < failureRate;
}

/** Whether a consumer's handler may fail at all. */
export function mayFail({ failureRate, poisonRate }: ConsumerState['settings']): boolean {
  return failureRate > 0 || poisonRate > 0;
}

/** [HD8] How long a worker rests after an attempt that failed. Chance is drawn only where there is jitter. */
export function restNs(run: Run, instance: InstanceState, consumer: ConsumerState, worker: Worker): number {
  const { retry } = consumer.settings;
  if (retry.jitter !== 'none' && instance.retryStream < 0)
    instance.retryStream = openStream(run.streams, run.seed, `consumer:${consumer.id}:${instance.index}:retries`);
  const unit = retry.jitter === 'none' ? 0 : nextUnit(run.streams, instance.retryStream);
  const beforeMs = worker.attempt === 1 ? 0 : worker.restedNs / 1e6;
  const ns = fromMs(jitteredMs(retry, worker.attempt, unit, beforeMs));
  worker.restedNs = ns;
  return ns;
}
