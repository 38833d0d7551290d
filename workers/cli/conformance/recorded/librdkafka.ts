/** The words of librdkafka 2.12, the client of the recorded runs, for what the engine says. */

import { COMMIT_ANSWER } from '../../../engine/brokers/log/commit-answer.ts';

/** Why a message failed, by the engine's reason; node-rdkafka gives it in lower case and without its origin. */
const DELIVERY_ERRORS: Readonly<Record<string, string>> = {
  'not leader': 'not leader for partition',
  'not enough replicas': 'not enough in-sync replicas',
  'not enough replicas after append': 'message(s) written to insufficient number of in-sync replicas',
  'timed out': 'message timed out',
  'delivery timeout': 'message timed out',
  'blocked too long': 'message timed out',
  'buffer full': 'queue full',
  'no such partition': 'unknown partition',
  'out of order sequence': 'broker received an out of order sequence number',
  'invalid producer epoch': 'producer attempted an operation with an old epoch',
  disconnected: 'broker transport failure',
};

/** Why a delivery failed, in librdkafka's words; the engine's own where it has none. */
export function deliveryError(reason: string): string {
  return DELIVERY_ERRORS[reason] ?? reason;
}

/** What the application is told of a commit, by the coordinator's answer; undefined for a success. */
export function commitError(answer: number): string | undefined {
  switch (answer) {
    case COMMIT_ANSWER.saved:
      return undefined;
    case COMMIT_ANSWER.unknownMember:
      return 'Broker: Unknown member';
    case COMMIT_ANSWER.illegalGeneration:
      return 'Broker: Specified group generation id is not valid';
    default:
      return 'Local: Timed out';
  }
}
