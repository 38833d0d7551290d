/** Which key the next fact of a source has. */
import { unreachable } from '../core/assert.ts';
import { nextBelow } from '../core/random.ts';
import { sampleZipf } from '../core/zipf.ts';
import { internKey } from '../keys.ts';
import { NO_KEY, UNIQUE_KEYS_AT } from '../ledger/messages.ts';
import type { Run } from '../state.ts';
import type { ProducerState } from './client-state.ts';

const UNIQUE_KEYS = 2 ** 29;

/** The fact has been counted in `facts` already. */
export function drawKey(run: Run, producer: ProducerState): number {
  const { key } = producer.settings;
  switch (key.type) {
    case 'none':
      return NO_KEY;
    case 'uniform':
      return nextBelow(run.streams, producer.keyStream, key.keys);
    case 'zipf':
      return sampleZipf(producer.zipf!, run.streams, producer.keyStream);
    case 'fixed':
      return internKey(run, key.key);
    case 'unique':
      return UNIQUE_KEYS_AT + ((producer.facts - 1) % UNIQUE_KEYS);
    case 'listed':
      return producer.listedKeys[(producer.facts - 1) % producer.listedKeys.length]!;
    default:
      return unreachable(key);
  }
}
