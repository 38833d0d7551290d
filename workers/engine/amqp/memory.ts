/** Memory of the broker: above its watermark it blocks those who publish. [RP5] */
import { setAlarm } from '../brokers/amqp/channels.ts';
import { at, OP, PRIORITY } from '../events.ts';
import type { Run } from '../state.ts';

/** Bodies that the broker has in memory: those of streams are on disk. */
export function bytesInMemory({ amqp: { broker } }: Run): number {
  return broker.copies.bytesHeld - broker.streamBytes;
}

/** To be called after whatever changes how much the broker holds. */
export function watchMemory(run: Run): void {
  const { broker, settings } = run.amqp;
  const watermark = settings?.memoryHighWatermark ?? -1;
  const short = watermark >= 0 && bytesInMemory(run) > watermark;
  if (short === broker.alarm) return;
  setAlarm(broker, short);
  if (!short) at(run, run.nowNs, PRIORITY.client, OP.amqpUnblocked, 0);
}
