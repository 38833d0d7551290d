import type { Fault } from '../document.ts';
import { playingScenario, type Example } from './example.ts';
import { pipelineEdges, pipelineFrame, pipelineNodes, pipelineNote, type PipelineLane } from './order-pipeline.ts';

const PLAIN: PipelineLane = {
  prefix: 'p',
  name: 'A',
  middleY: 90,
  transactional: false,
  ratePerSecond: 4,
  workMs: 150,
};
const FENCED: PipelineLane = { ...PLAIN, prefix: 't', name: 'B', middleY: 390, transactional: true };

/** Instance 0 is away for longer than its session, twice, as in a long collection of garbage. */
function pauses({ prefix }: PipelineLane): readonly Fault[] {
  return [2500, 9000].map((atMs, place) => ({
    id: `${prefix}-pause-${place + 1}`,
    atMs,
    do: 'pause',
    target: `${prefix}-billing`,
    instance: 0,
    forMs: 4000,
  }));
}

export const zombieWriterFenced: Example = {
  id: 'zombie-writer-fenced',
  theme: 'transactions',
  title: 'Zombie writer fenced',
  question: 'What does a process do that comes back after its group has given it up?',
  summary:
    'An instance of billing freezes for longer than its session, and the other one takes over its orders. When it wakes up it goes on as if nothing had happened. Without transactions its invoices are a second copy; with them its offsets are turned away and its transaction is aborted.',
  scenario: playingScenario({
    title: 'Zombie writer fenced',
    notes:
      'A member that was removed learns it by the answer to its TxnOffsetCommit (UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION); a producer whose transaction timed out, or whose id came back elsewhere, by PRODUCER_FENCED.',
    seed: 12,
    nodes: [
      pipelineFrame('f1', 'No transactions: the zombie publishes', PLAIN.middleY),
      pipelineFrame('f2', 'Transactions: the zombie is fenced', FENCED.middleY),
      ...pipelineNodes(PLAIN),
      ...pipelineNodes(FENCED),
      pipelineNote(
        'n1',
        { x: 0, y: 560 },
        'Instance 0 of billing freezes at 2.5 s and at 9 s, 4 s each. After its session of 1.5 s instance 1 works on its orders.',
        'blue',
      ),
      pipelineNote(
        'n2',
        { x: 740, y: 560 },
        'What instance 0 had in work when it froze it finishes when it wakes up. In lane A the books get those invoices a second time.',
        'red',
      ),
      pipelineNote(
        'n3',
        { x: 1300, y: 560 },
        'In lane B an open transaction of the sleeper holds up the books: everything behind it waits until it is aborted.',
        'green',
      ),
    ],
    edges: [...pipelineEdges(PLAIN), ...pipelineEdges(FENCED)],
    faults: [...pauses(PLAIN), ...pauses(FENCED)].sort((one, other) => one.atMs - other.atMs),
    checks: ['p', 't'].flatMap((prefix) => [
      { id: `${prefix}-loss`, claim: 'noLoss' as const, of: `${prefix}-books` },
      { id: `${prefix}-twice`, claim: 'noDuplicateEffects' as const, of: `${prefix}-books` },
    ]),
    panels: ['guarantees', 'checks'],
  }),
};
