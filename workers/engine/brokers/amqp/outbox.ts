/** What the broker has to tell its caller: deliveries, and notes of what became of copies. Columns that the caller empties. */
import { growInt32, growUint8 } from '../../core/columns.ts';
import { COPY, type Copies } from './copies.ts';
import { dropCopy } from './envelopes.ts';
import type { Broker, Deliveries } from './state.ts';

export function tellDelivery(deliveries: Deliveries, copies: Copies, copy: number, consumer: number): void {
  const at = deliveries.count;
  if (at === deliveries.copy.length) {
    deliveries.copy = growInt32(deliveries.copy, at + 1);
    deliveries.consumer = growInt32(deliveries.consumer, at + 1);
  }
  deliveries.copy[at] = copy;
  deliveries.consumer[at] = consumer;
  deliveries.count = at + 1;
  if ((copies.flags[copy]! & COPY.automatic) !== 0) deliveries.automatic += 1;
}

/** The deliveries have been seen to: copies that were acknowledged automatically are no more. */
export function clearDeliveries(broker: Broker): void {
  const { deliveries } = broker;
  if (deliveries.automatic > 0) {
    for (let i = 0; i < deliveries.count; i += 1) {
      const copy = deliveries.copy[i]!;
      if ((broker.copies.flags[copy]! & COPY.automatic) !== 0) dropCopy(broker, copy);
    }
    deliveries.automatic = 0;
  }
  deliveries.count = 0;
}

/** @param kind one of `NOTE` */
export function tell(broker: Broker, kind: number, message: number, queue: number, detail: number): void {
  const { notes } = broker;
  const at = notes.count;
  if (at === notes.kind.length) {
    notes.kind = growUint8(notes.kind, at + 1);
    notes.message = growInt32(notes.message, at + 1);
    notes.queue = growInt32(notes.queue, at + 1);
    notes.detail = growInt32(notes.detail, at + 1);
  }
  notes.kind[at] = kind;
  notes.message[at] = message;
  notes.queue[at] = queue;
  notes.detail[at] = detail;
  notes.count = at + 1;
}

export function clearNotes(broker: Broker): void {
  broker.notes.count = 0;
}
