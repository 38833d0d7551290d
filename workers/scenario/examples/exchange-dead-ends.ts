import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import {
  binding,
  consumerAt,
  consuming,
  COLUMN,
  exchangeAt,
  noteAt,
  producerAt,
  publishing,
  queueAt,
  ROW,
} from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const KEYS = ['eu', 'us', 'eu', 'asia'];
const SILENT_Y = 0;
const RETURNED_Y = 220;
const CAUGHT_Y = 440;
/** Left edge of what stands beyond the consumers. */
const LAST = COLUMN.consumer + 350;

function further(node: ScenarioNode, x: number): ScenarioNode {
  return { ...node, position: { ...node.position, x } };
}

/** Orders for Europe and the United States; nobody is there for Asia. */
function lane(prefix: string, how: string, y: number): readonly ScenarioNode[] {
  return [
    producerAt(`${prefix}-shop`, `shop, ${how}`, y, KEYS, 4),
    exchangeAt(`${prefix}-orders`, 'orders', y, { type: 'direct' }),
    queueAt(`${prefix}-known`, 'eu and us', y),
    consumerAt(`${prefix}-store`, `warehouse, ${how}`, y),
  ];
}

function edges(prefix: string, mandatory: boolean): readonly ScenarioEdge[] {
  return [
    publishing(`${prefix}-shop`, `${prefix}-orders`, { mandatory }),
    binding(`${prefix}-orders`, `${prefix}-known`, { bindingKeys: 'eu\nus' }),
    consuming(`${prefix}-known`, `${prefix}-store`),
  ];
}

export const exchangeDeadEnds: Example = {
  id: 'exchange-dead-ends',
  theme: 'routing',
  title: 'Dead ends: dropped, returned, or caught',
  question: 'What becomes of a message that no queue is bound for?',
  summary:
    'Every fourth order is for Asia, which nobody has bound. By itself the broker drops it and confirms it all the same. A mandatory message comes back to its publisher. And an alternate exchange catches what the first one cannot route, with its own key, so that somebody can look at it.',
  scenario: playingScenario({
    title: 'Dead ends: dropped, returned, or caught',
    notes:
      'A confirm says that the broker has dealt with a message, not that a queue has it. Type asia into the tester of each exchange. In the lowest lane the dashed edge names the alternate exchange.',
    seed: 6,
    nodes: [
      ...lane('s', 'silent', SILENT_Y),
      ...lane('r', 'mandatory', RETURNED_Y),
      ...lane('c', 'alternate', CAUGHT_Y),
      // One column further on: the edge to the alternate exchange leads forward.
      further(exchangeAt('rest', 'unrouted', CAUGHT_Y + ROW, { type: 'fanout' }), COLUMN.queue),
      further(queueAt('lost', 'lost and found', CAUGHT_Y + ROW), COLUMN.consumer),
      further(consumerAt('clerk', 'clerk', CAUGHT_Y + ROW), LAST),
      noteAt(
        'n1',
        LAST,
        SILENT_Y + 20,
        'Dropped: every order for Asia is confirmed, and nobody will ever see it.',
        'red',
      ),
      noteAt(
        'n2',
        LAST,
        RETURNED_Y + 20,
        'Mandatory: an order for Asia is returned, and then confirmed. The shop knows.',
        'yellow',
      ),
      noteAt(
        'n3',
        COLUMN.exchange,
        CAUGHT_Y + ROW,
        'Caught: what orders cannot route goes to the alternate exchange, and a clerk has it. To the publisher it counts as routed.',
        'green',
      ),
    ],
    edges: [
      ...edges('s', false),
      ...edges('r', true),
      ...edges('c', false),
      binding('c-orders', 'rest', { alternate: true }),
      binding('rest', 'lost'),
      consuming('lost', 'clerk'),
    ],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 's-store' },
      { id: 'c2', claim: 'availabilityAbove', of: 'r-shop', share: 0.99 },
      { id: 'c3', claim: 'noLoss', of: 'clerk' },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
