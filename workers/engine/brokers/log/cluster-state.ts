/** State of brokers and of the clusters they form. */
import type { Process } from '../../state.ts';

export interface BrokerState {
  /** Index into `clusters`. */
  cluster: number;
  /** Its number in its cluster, from 0: Kafka's `broker.id`. */
  number: number;
  process: Process;
}

/** Brokers that know each other. A topic that is on no drawn cluster has one of its own. */
export interface ClusterState {
  /** Document id of its node; '' for the brokers that a topic has to itself. */
  id: string;
  /** Indexes into `brokers`, by number. */
  brokers: number[];
}
