/** What calls to SQS and SNS cost, as AWS's price list has it: by request, and by the size of what a request carries. [SQ23] */
import type { SnsTopic, SqsPlace } from './sqs-state.ts';

/** So much of a payload is one request; each further part of it is another one. */
const CHUNK_BYTES = 65_536;

/** Requests that a call is charged as, beyond the first. @param bytes that it sends, or that its answer brings */
export function furtherRequests(bytes: number): number {
  return bytes > CHUNK_BYTES ? Math.ceil(bytes / CHUNK_BYTES) - 1 : 0;
}

/** Calls that reached a queue, empty and throttled ones included. */
export function callsOf({ sends, receives, deletes, changes }: SqsPlace): number {
  return sends + receives + deletes + changes;
}

/** US dollars for a million requests: AWS's own where the document leaves it to AWS. */
export function priceOf({ settings }: SqsPlace): number {
  if (settings.pricePerMillion >= 0) return settings.pricePerMillion;
  return settings.fifo ? 0.5 : 0.4;
}

export function requestsOf(place: SqsPlace): number {
  return callsOf(place) + place.furtherRequests;
}

/** US dollars for so many requests. */
export function dollars(requests: number, pricePerMillion: number): number {
  return (requests * pricePerMillion) / 1e6;
}

/** US dollars for a million requests to a topic. */
export function topicPrice({ settings }: SnsTopic): number {
  if (settings.pricePerMillion >= 0) return settings.pricePerMillion;
  return settings.fifo ? 0.3 : 0.5;
}

export function topicRequests({ publishes, furtherRequests: further }: SnsTopic): number {
  return publishes + further;
}
