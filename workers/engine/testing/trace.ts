/** A run as text: its events in order, and under each what it did to messages. */
import type { Scenario } from '../../scenario/document.ts';
import { createRun, nextEventNs, stepEvent, toMs, type Run } from '../engine.ts';
import { peekSlot } from '../core/event-queue.ts';
import { eventOf } from '../core/event-slots.ts';
import { OP } from '../events.ts';
import { readHop } from '../ledger/hops.ts';
import { EVENTS, type EventTarget } from '../reporting/event-story.ts';
import { tellHop } from '../reporting/story.ts';
import { logSubscription } from '../brokers/log/subscription.ts';

function instanceName(run: Run, index: number): string {
  const instance = run.instances[index]!;
  return `${run.consumers[instance.consumer]!.id}/${instance.index}`;
}

function brokerName(run: Run, index: number): string {
  const { cluster, number } = run.brokers[index]!;
  return `${run.clusters[cluster]!.id}/${number}`;
}

function nameOf(run: Run, kind: EventTarget, index: number): string {
  switch (kind) {
    case 'producer':
      return run.producers[index]!.id;
    case 'client':
      return run.edges[run.sources[run.clients[index]!.source]!.edge]!.id;
    case 'topic':
      return run.topics[index]!.id;
    case 'reader':
      return `${instanceName(run, run.readers[index]!.instance)} ${run.edges[run.links[run.readers[index]!.link]!.edge]!.id}`;
    case 'instance':
      return instanceName(run, index);
    case 'member':
      return run.members[index]!.id;
    case 'group':
      return run.groups[index]!.name;
    case 'fetcher':
      return `${brokerName(run, run.fetchers[index]!.follower)} from ${brokerName(run, run.fetchers[index]!.leader)}`;
    case 'broker':
      return brokerName(run, index);
    case 'cluster':
      return run.clusters[index]!.id;
    case 'cursor':
      return `${run.topics[logSubscription(run, run.cursors[index]!.subscription).topic]!.id}-${run.cursors[index]!.partition}`;
    case 'manager':
      return run.transactions[run.managers[index]!.transaction]!.transactionalId;
    case 'transaction':
      return run.transactions[index]!.transactionalId;
    case 'consumer':
      return run.consumers[index]!.id;
    case 'publisher':
      return run.edges[run.sources[run.amqp.publishers[index]!.source]!.edge]!.id;
    case 'amqpDelivery':
      return instanceName(run, run.amqp.deliveries.rows[index]!.instance);
    case 'sender':
      return run.edges[run.sources[run.sqs.senders[index]!.source]!.edge]!.id;
    case 'call':
      return nameOf(run, 'sender', run.sqs.calls.rows[index]!.sender);
    case 'sqs':
      return run.sqs.places[index]!.id;
    case 'receiver':
      return `${instanceName(run, run.sqs.receivers[index]!.instance)} ${run.edges[run.sqs.feeds[run.sqs.receivers[index]!.feed]!.edge]!.id}`;
    case 'handles':
      return run.edges[run.sqs.feeds[run.sqs.handleCalls.rows[index]!.feed]!.edge]!.id;
    case 'delivery':
      return run.edges[run.sqs.routes[run.sqs.deliveries.rows[index]!.route]!.edge]!.id;
    case 'inserter':
      return run.edges[run.sources[run.inserters[index]!.source]!.edge]!.id;
    case 'poller':
      return `${instanceName(run, run.pollers[index]!.instance)} ${run.edges[run.polls[run.pollers[index]!.poll]!.edge]!.id}`;
    case 'poll':
      return run.edges[run.polls[index]!.edge]!.id;
    case 'store':
      return run.stores[index]!.id;
    case 'fault':
    case 'nothing':
      return '';
    default:
      return kind satisfies never;
  }
}

/** The first `count` events, checks and lags being looked at left out. */
export function traceOf(scenario: Scenario, count: number): string {
  const run = createRun(scenario);
  const names = Object.keys(OP) as (keyof typeof OP)[];
  const lines: string[] = [];
  for (let told = 0; told < count && nextEventNs(run) < Infinity;) {
    const event = eventOf(run.queue.slots, peekSlot(run.queue));
    const name = names.find((candidate) => OP[candidate] === event.operation)!;
    const target = nameOf(run, EVENTS[name][1], event.target);
    const hops = run.hops.count;
    stepEvent(run);
    if (name === 'watch') continue;
    told += 1;
    lines.push(`${toMs(run.nowNs).toFixed(6).padStart(12)} ${`${name} ${target}`.trimEnd()}`);
    for (let hop = hops; hop < run.hops.count; hop += 1) lines.push(`${' '.repeat(15)}${hopText(run, hop)}`);
  }
  return `${lines.join('\n')}\n`;
}

function hopText(run: Run, index: number): string {
  const hop = readHop(run.hops, index);
  const { what, where, detail } = tellHop(run, hop);
  return `#${hop.message} ${what} ${where}${detail === '' ? '' : ` (${detail})`}`.trimEnd();
}
