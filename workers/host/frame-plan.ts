/**
 * Who fills which part of a frame: the records of a run beside their places, looked up once for as long as a layout holds. To find
 * them by name sixty times a second took a quarter of the time of a frame.
 */
import { isOfLog, type Run } from '../engine/engine.ts';
import type { LogSubscription, TopicState } from '../engine/brokers/log/log-state.ts';
import type { ProducerState, SourceState } from '../engine/clients/client-state.ts';
import type { ConsumerState, InstanceState } from '../engine/handlers/handler-state.ts';
import type { SourceLedger } from '../engine/ledger/accounts.ts';
import type { SubscriptionState } from '../engine/ledger/subscription.ts';
import type { EdgeState } from '../engine/state.ts';
import {
  PARTITION,
  type ConsumerBlock,
  type Layout,
  type NodeBlock,
  type SubscriptionBlock,
} from '../protocol/frame.ts';
import { shownInstances } from './shown-instances.ts';
import { createCells, createStrip, type Cells, type Strip } from './strips.ts';

interface PlacedProducer {
  readonly producer: ProducerState;
  /** Of what it publishes over. */
  readonly ledgers: readonly SourceLedger[];
  readonly at: number;
}

interface PlacedTopic {
  readonly topic: TopicState;
  readonly at: number;
}

export interface PlacedConsumer {
  readonly consumer: ConsumerState;
  /** Those that are shown. */
  readonly instances: readonly InstanceState[];
  readonly block: ConsumerBlock;
}

/** A node of any other kind. */
export interface PlacedNode {
  readonly index: number;
  readonly block: Exclude<NodeBlock, { readonly kind: 'producer' | 'topic' | 'consumer' }>;
}

interface PlacedPublish {
  readonly edge: EdgeState;
  readonly source: SourceState;
  readonly at: number;
}

interface PlacedRead {
  readonly edge: EdgeState;
  readonly at: number;
}

interface PlacedSubscription {
  readonly subscription: SubscriptionState;
  /** The same if it reads a log, else null. */
  readonly ofLog: LogSubscription | null;
  readonly block: SubscriptionBlock;
}

export interface FramePlan {
  readonly run: Run;
  readonly layout: Layout;
  /** That of the run: what a layout does not tell, such as who has been stopped, may have changed with it. */
  readonly version: number;
  readonly producers: readonly PlacedProducer[];
  readonly topics: readonly PlacedTopic[];
  /** Of all partitions of all topics, and their cells. */
  readonly strips: readonly Strip[];
  readonly cells: Cells;
  readonly consumers: readonly PlacedConsumer[];
  readonly others: readonly PlacedNode[];
  readonly publishes: readonly PlacedPublish[];
  readonly reads: readonly PlacedRead[];
  readonly subscriptions: readonly PlacedSubscription[];
}

/** Whether frames of this run and layout can be filled by the plan: it holds records of the run, and a seek makes new ones. */
export function holds(plan: FramePlan | null, run: Run, layout: Layout): plan is FramePlan {
  return plan !== null && plan.run === run && plan.layout === layout && plan.version === run.layoutVersion;
}

/** The plan of the run's frames from now until another layout, or another run, takes its place. */
export function planFrames(run: Run, layout: Layout): FramePlan {
  const producers: PlacedProducer[] = [];
  const topics: PlacedTopic[] = [];
  const consumers: PlacedConsumer[] = [];
  const others: PlacedNode[] = [];
  const strips: Strip[] = [];
  for (const id of layout.nodeIds) {
    const block = layout.nodes[id]!;
    const { index } = run.places[id]!;
    if (block.kind === 'producer') producers.push(placeProducer(run, index, block.at));
    else if (block.kind === 'topic') {
      const topic = run.topics[index]!;
      topics.push({ topic, at: block.at });
      addStrips(strips, topic, block.partitionsAt);
    } else if (block.kind === 'consumer') consumers.push(placeConsumer(run, index, block));
    else others.push({ index, block });
  }
  const active = run.subscriptions.filter((subscription) => subscription.active);
  return {
    run,
    layout,
    version: run.layoutVersion,
    producers,
    topics,
    strips,
    cells: createCells(strips.length),
    consumers,
    others,
    ...placeEdges(run, layout),
    subscriptions: layout.subscriptions.map((block, place) => placeSubscription(active[place]!, block)),
  };
}

function placeProducer(run: Run, index: number, at: number): PlacedProducer {
  const producer = run.producers[index]!;
  return { producer, ledgers: producer.sources.map((source) => run.sources[source]!.ledger), at };
}

function addStrips(strips: Strip[], topic: TopicState, partitionsAt: number): void {
  topic.partitions.forEach((log, partition) => {
    strips.push(createStrip(topic, log, strips.length, partitionsAt + partition * PARTITION.size));
  });
}

function placeConsumer(run: Run, index: number, block: ConsumerBlock): PlacedConsumer {
  const consumer = run.consumers[index]!;
  const shown = shownInstances(run, consumer.instances);
  return { consumer, instances: shown.map((instance) => run.instances[instance]!), block };
}

function placeEdges(run: Run, layout: Layout): Pick<FramePlan, 'publishes' | 'reads'> {
  const publishes: PlacedPublish[] = [];
  const reads: PlacedRead[] = [];
  for (const [id, { kind, at }] of Object.entries(layout.edges)) {
    const edge = run.edges[run.places[id]!.index]!;
    if (kind === 'publish') publishes.push({ edge, source: run.sources[edge.detail]!, at });
    else reads.push({ edge, at });
  }
  return { publishes, reads };
}

function placeSubscription(subscription: SubscriptionState, block: SubscriptionBlock): PlacedSubscription {
  return { subscription, ofLog: isOfLog(subscription) ? subscription : null, block };
}
