/** What a broker remembers to see to later. */
import type { Broker } from './state.ts';

/** A copy that is in no list has died; `bury` sees to it when the operation is over. */
export function dieLater(broker: Broker, copy: number, reason: number): void {
  broker.dying.push(copy);
  broker.dyingReasons.push(reason);
}

/** Something may happen by itself at that instant. */
export function noteDue(broker: Broker, atNs: number): void {
  if (atNs < broker.dueNs) broker.dueNs = atNs;
}
