import type { Fault } from '../document.ts';
import { playingScenario, type Example } from './example.ts';
import { pipelineEdges, pipelineFrame, pipelineNodes, pipelineNote, type PipelineLane } from './order-pipeline.ts';

const PLAIN: PipelineLane = {
  prefix: 'p',
  name: 'A',
  middleY: 90,
  transactional: false,
  ratePerSecond: 5,
  workMs: 90,
};
const TRANSACTIONAL: PipelineLane = { ...PLAIN, prefix: 't', name: 'B', middleY: 390, transactional: true };

/** The same crashes of both instances in both lanes. */
function crashes({ prefix }: PipelineLane): readonly Fault[] {
  return [3000, 6500, 10_000].map((atMs, place) => ({
    id: `${prefix}-crash-${place + 1}`,
    atMs,
    do: 'crash',
    target: `${prefix}-billing`,
    forMs: 700,
  }));
}

export const transactionsEndToEnd: Example = {
  id: 'transactions-end-to-end',
  theme: 'transactions',
  title: 'Transactions end to end',
  question: 'What does exactly-once cover, and what not?',
  summary:
    'The same crashes hit a service that reads orders and publishes invoices. Without a transaction some invoices come twice; with one, positions and invoices commit together, and the books see each once. What billing did outside of Kafka happened twice all the same.',
  scenario: playingScenario({
    title: 'Transactions end to end',
    notes:
      'Lane A commits after the work. In lane B the positions of billing are part of the transaction in which it publishes (sendOffsetsToTransaction), and the books read with isolation.level=read_committed.',
    seed: 51,
    nodes: [
      pipelineFrame('f1', 'At least once: commit after the work', PLAIN.middleY),
      pipelineFrame('f2', 'Exactly once: offsets and invoices in one transaction', TRANSACTIONAL.middleY),
      ...pipelineNodes(PLAIN),
      ...pipelineNodes(TRANSACTIONAL),
      pipelineNote(
        'n1',
        { x: 0, y: 560 },
        'Billing dies at 3, 6.5 and 10 s. In lane A invoices that were sent before the crash are sent again after it.',
        'red',
      ),
      pipelineNote(
        'n2',
        { x: 740, y: 560 },
        'In lane B they were part of a transaction that is aborted: hatched while it is open, crossed out then, and the books step over them.',
        'green',
      ),
      pipelineNote(
        'n3',
        { x: 1300, y: 560 },
        'The work itself is done again: an e-mail or a card charge in it would happen twice. Look for "work repeated" in the guarantees of billing B.',
        'yellow',
      ),
    ],
    edges: [...pipelineEdges(PLAIN), ...pipelineEdges(TRANSACTIONAL)],
    faults: [...crashes(PLAIN), ...crashes(TRANSACTIONAL)].sort((one, other) => one.atMs - other.atMs),
    checks: ['p', 't'].flatMap((prefix) => [
      { id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-books` },
      { id: `${prefix}-twice`, claim: 'noDuplicateEffects' as const, of: `${prefix}-books` },
    ]),
    panels: ['guarantees', 'checks'],
  }),
};
