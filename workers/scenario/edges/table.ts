/** The complete table of protocols, keyed by edge kind and the family of its far end. */
import { hostTopic } from './host-topic.ts';
import { publishToTopic } from './publish-to-topic.ts';
import { subscribeToTopic } from './subscribe-to-topic.ts';

export const protocols = { publishToTopic, subscribeToTopic, hostTopic } as const;
export type Protocol = keyof typeof protocols;
export type EdgeKind = (typeof protocols)[Protocol]['edge'];
