/** A lane of two stages: a service reads orders and publishes an invoice for each, books enter what is invoiced. */
import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { QUICK_GROUP, visibleNetwork } from './example.ts';

export interface PipelineLane {
  readonly prefix: string;
  readonly name: string;
  readonly middleY: number;
  /** Orders, invoices and positions count together or not at all. */
  readonly transactional: boolean;
  readonly ratePerSecond: number;
  readonly workMs: number;
}

/** Left edges of the five columns, in flow coordinates. */
const X = { orders: 0, ordersLog: 300, billing: 740, invoicesLog: 1080, books: 1520 } as const;
/** Right end of the last column. */
const PIPELINE_WIDTH = 1800;

export function pipelineNodes({ prefix, name, middleY, ratePerSecond, workMs }: PipelineLane): readonly ScenarioNode[] {
  return [
    {
      id: `${prefix}-orders`,
      kind: 'producer',
      name: 'orders',
      position: { x: X.orders, y: middleY - 70 },
      arrivals: { type: 'poisson', ratePerSecond },
      key: { type: 'uniform', keys: 40 },
    },
    {
      id: `${prefix}-orders-log`,
      kind: 'topic',
      name: `orders ${name}`,
      position: { x: X.ordersLog, y: middleY - 80 },
      partitions: 2,
    },
    {
      id: `${prefix}-billing`,
      kind: 'consumer',
      name: `billing ${name}`,
      position: { x: X.billing, y: middleY - 80 },
      instances: 2,
      workMs: { type: 'exponential', mean: workMs },
    },
    {
      id: `${prefix}-invoices-log`,
      kind: 'topic',
      name: `invoices ${name}`,
      position: { x: X.invoicesLog, y: middleY - 80 },
      partitions: 2,
    },
    {
      id: `${prefix}-books`,
      kind: 'consumer',
      name: `books ${name}`,
      position: { x: X.books, y: middleY - 80 },
      instances: 1,
      workMs: { type: 'constant', mean: 10 },
    },
  ];
}

export function pipelineEdges({ prefix, transactional }: PipelineLane): readonly ScenarioEdge[] {
  return [
    {
      id: `${prefix}-order`,
      kind: 'publish',
      from: `${prefix}-orders`,
      to: `${prefix}-orders-log`,
      network: visibleNetwork(40),
    },
    {
      id: `${prefix}-consume`,
      kind: 'subscribe',
      from: `${prefix}-orders-log`,
      to: `${prefix}-billing`,
      commit: transactional ? 'transaction' : 'after',
      ...(transactional ? { isolationLevel: 'read_committed' as const } : {}),
      maxPollRecords: 5,
      ...QUICK_GROUP,
      network: visibleNetwork(20),
    },
    {
      id: `${prefix}-invoice`,
      kind: 'publish',
      from: `${prefix}-billing`,
      to: `${prefix}-invoices-log`,
      ...(transactional ? { transactionalId: 'billing' } : {}),
      network: visibleNetwork(40),
    },
    {
      id: `${prefix}-enter`,
      kind: 'subscribe',
      from: `${prefix}-invoices-log`,
      to: `${prefix}-books`,
      commit: 'after',
      ...(transactional ? { isolationLevel: 'read_committed' as const } : {}),
      ...QUICK_GROUP,
      network: visibleNetwork(20),
    },
  ];
}

/** A labelled area around one lane. */
export function pipelineFrame(id: string, name: string, middleY: number): ScenarioNode {
  const position = { x: -40, y: middleY - 130 };
  return { id, kind: 'frame', name, position, width: PIPELINE_WIDTH + 80, height: 260, color: 'gray' };
}

/** A note below the lanes. */
export function pipelineNote(
  id: string,
  position: { readonly x: number; readonly y: number },
  text: string,
  color: 'yellow' | 'blue' | 'green' | 'red',
): ScenarioNode {
  return { id, kind: 'note', name: 'Note', position, text, color };
}
