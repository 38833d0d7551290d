import { behind, COLUMN, exchangeAt, noteAt, producerAt, publishing, ROW } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const REGIONS = ['eu', 'us', 'asia'];

const queues = behind('documents', [
  {
    queue: ['tax', 'EU invoices'],
    by: { headers: 'type = invoice\nregion = eu' },
    consumer: ['tax-office', 'tax office'],
  },
  {
    queue: ['review', 'contracts or Asia'],
    by: { xMatch: 'any', headers: 'type = contract\nregion = asia' },
    consumer: ['lawyers', 'lawyers'],
  },
  { queue: ['signed', 'anything signed'], by: { headers: 'signed = null' }, consumer: ['notary', 'notary'] },
]);

export const exchangeHeaders: Example = {
  id: 'exchange-headers',
  theme: 'routing',
  title: 'Headers exchange: all of these, or any',
  question: 'How do I route by more than one thing at once?',
  summary:
    'The exchange compares headers and no key. All headers of a binding must fit, or any of them, in kind and value: the number 1 is not the text "1". A binding that only names a header takes every message that has it, and headers that begin with x- count only where they are asked for.',
  scenario: playingScenario({
    title: 'Headers exchange: all of these, or any',
    notes:
      'Two sources send documents with headers. Select the exchange and type headers, one a line: type = invoice, then region = eu. Then change “all” to “any” on the first binding.',
    seed: 4,
    nodes: [
      producerAt('billing', 'billing', 60, REGIONS, 3),
      producerAt('legal', 'legal', 260, REGIONS, 3),
      exchangeAt('documents', 'documents', ROW - 10, { type: 'headers' }),
      ...queues.nodes,
      noteAt(
        'n1',
        COLUMN.exchange,
        2 * ROW + 20,
        'Each document has type and region as headers; contracts have signed = true, too. Its routing key plays no part.',
        'blue',
      ),
      noteAt(
        'n2',
        COLUMN.producer,
        2 * ROW + 80,
        'Let “contracts or Asia” ask for all instead of any: only contracts from Asia are left, and the lawyers have little to do.',
        'yellow',
      ),
    ],
    edges: [
      publishing('billing', 'documents', { headers: 'type = invoice\nregion = {key}' }),
      publishing('legal', 'documents', { headers: 'type = contract\nregion = {key}\nsigned = true' }),
      ...queues.edges,
    ],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'lawyers' },
      { id: 'c2', claim: 'noDuplicateEffects', of: 'lawyers' },
    ],
    panels: ['guarantees', 'flow'],
  }),
};
