/** A run under observation: every law is checked after every event, and what happened is told in short words. */
import type { DesignChange, FaultAction, Scenario } from '../../scenario/document.ts';
import { applyChange, createRun, fromMs, nextEventNs, report, runUntil, stepEvent, toMs, type Run } from '../engine.ts';
import { HOP_WORDS, oldestHop, readHop, type RawHop } from '../ledger/hops.ts';
import type { Report, SourceReport, SubscriptionReport } from '../report.ts';
import { tellHop } from '../reporting/story.ts';
import type { ScenarioBuilder } from './scenario-builder.ts';
import { checkLaws } from './laws.ts';
import { logSubscription } from '../brokers/log/subscription.ts';

type HopWord = (typeof HOP_WORDS)[number];

export interface Lab {
  readonly run: Run;
  /** Runs up to that instant, included. */
  until(ms: number): Lab;
  edit(...changes: readonly DesignChange[]): Lab;
  /** Sets parameters of a node or edge. */
  set(where: 'nodes' | 'edges', id: string, values: Readonly<Record<string, unknown>>): Lab;
  fault(action: FaultAction): Lab;
  report(): Report;
  source(edge: string): SourceReport;
  /** The group's reading of that topic; `group` is the consumer's id unless it was given another. */
  subscription(topic: string, group: string): SubscriptionReport;
  /** Of the node or edge of that id. */
  figures(id: string): Readonly<Record<string, number>>;
  /** Every hop of that kind, oldest first, as `#message@ms`. */
  hops(what: HopWord): string[];
  /** The same with the detail: `#1@5 partition 0, offset 0`. */
  told(what: HopWord): string[];
  /** One message's life: `produced@0`, `sent@5`, … */
  life(message: number): string[];
  /** Which partitions of the topic each instance reads, as `consumer/0: 0 2`, idle ones included. */
  readers(topic: string): string[];
}

/** Starts a run of a scenario, or of what a builder builds. */
export function lab(scenario: Scenario | ScenarioBuilder): Lab {
  const run = createRun('build' in scenario ? scenario.build() : scenario);
  const self: Lab = {
    run,
    until(ms) {
      while (nextEventNs(run) <= fromMs(ms)) {
        stepEvent(run);
        checkLaws(run);
      }
      runUntil(run, fromMs(ms));
      return self;
    },
    edit(...changes) {
      applyChange(run, { edit: changes });
      checkLaws(run);
      return self;
    },
    set: (where, id, values) => self.edit({ op: 'change', in: where, id, set: values }),
    fault(action) {
      applyChange(run, { fault: action });
      checkLaws(run);
      return self;
    },
    report: () => report(run),
    source: (edge) => found(report(run).sources, (source) => source.edge === edge),
    subscription: (topic, group) => found(report(run).subscriptions, (s) => s.topic === topic && s.group === group),
    figures(id) {
      const { nodes, edges } = report(run);
      return found<{ id: string; figures: Readonly<Record<string, number>> }>(
        [...nodes, ...edges],
        (one) => one.id === id,
      ).figures;
    },
    hops: (what) => kept(run, what).map((hop) => `#${hop.message}@${toMs(hop.timeNs)}`),
    told: (what) => kept(run, what).map((hop) => `#${hop.message}@${toMs(hop.timeNs)} ${tellHop(run, hop).detail}`),
    life: (message) => lifeOf(run, message),
    readers: (topic) => readersOf(run, topic),
  };
  return self;
}

function found<Item>(items: readonly Item[], is: (item: Item) => boolean): Item {
  const item = items.find(is);
  if (item === undefined) throw new Error('The report has no such row.');
  return item;
}

/** The hops of that kind that are still kept, oldest first. */
function kept(run: Run, what?: HopWord): (RawHop & { message: number })[] {
  const oldest = oldestHop(run.hops);
  return Array.from({ length: run.hops.count - oldest }, (_, i) => readHop(run.hops, oldest + i)).filter(
    (hop) => what === undefined || HOP_WORDS[hop.what] === what,
  );
}

function lifeOf(run: Run, message: number): string[] {
  return kept(run)
    .filter((hop) => hop.message === message)
    .map((hop) => `${HOP_WORDS[hop.what]}@${toMs(hop.timeNs)}`);
}

function readersOf(run: Run, topicId: string): string[] {
  const lines: string[] = [];
  for (const instance of run.instances) {
    const cursors = instance.readers
      .flatMap((reader) => run.readers[reader]!.cursors)
      .map((index) => run.cursors[index]!);
    const own = cursors.filter((cursor) => run.topics[logSubscription(run, cursor.subscription).topic]!.id === topicId);
    const partitions = own.map((cursor) => cursor.partition).toSorted((a, b) => a - b);
    lines.push(`${run.consumers[instance.consumer]!.id}/${instance.index}: ${partitions.join(' ')}`.trimEnd());
  }
  return lines;
}
