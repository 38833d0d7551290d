import { COLUMN, consumerAt, consuming, noteAt, publishing } from './amqp-parts.ts';
import { playingScenario, type Example } from './example.ts';

const TOP_Y = 0;
const MIDDLE_Y = 190;
const BOTTOM_Y = 380;
const NOTE_X = 1480;

/** When two of the three die, and for how long. */
const AWAY = { fromMs: 6000, forMs: 3000 } as const;

export const streamReadByThree: Example = {
  id: 'stream-read-by-three',
  theme: 'queues',
  title: 'A stream, read by three',
  question: 'What if reading takes nothing away?',
  summary:
    'A stream keeps what was read, so three services each read all of it, at their own pace. At 6 s two of them die for 3 s. Billing has its offset stored at the broker and goes on there; the dashboard begins at "next" again, and what came meanwhile it never sees. The archive is too slow, which is nobody else\'s trouble.',
  scenario: playingScenario({
    title: 'A stream, read by three',
    notes:
      'Acknowledging a message of a stream takes nothing out of it: it makes room for the next one. So where to go on is up to the reader, and without a stored offset x-stream-offset decides anew with every connection.',
    seed: 5,
    nodes: [
      {
        id: 'meters',
        kind: 'producer',
        name: 'meters',
        position: { x: COLUMN.exchange, y: MIDDLE_Y },
        arrivals: { type: 'constant', ratePerSecond: 20 },
        key: { type: 'unique' },
      },
      {
        id: 'readings',
        kind: 'queue',
        name: 'readings',
        position: { x: COLUMN.queue, y: MIDDLE_Y },
        type: 'stream',
        maxAgeMs: 3_600_000,
      },
      consumerAt('billing', 'billing', TOP_Y, { workMs: { type: 'constant', mean: 20 } }),
      consumerAt('dashboard', 'dashboard', MIDDLE_Y, { workMs: { type: 'constant', mean: 20 } }),
      consumerAt('archive', 'archive', BOTTOM_Y, { workMs: { type: 'constant', mean: 60 } }),
      noteAt(
        'n1',
        NOTE_X,
        TOP_Y,
        'Reads from "first", with its offset stored at the broker every 10 messages. Back from the dead it does a few messages twice and misses none.',
        'green',
      ),
      noteAt(
        'n2',
        NOTE_X,
        MIDDLE_Y,
        'Reads from "next" and stores nothing. What came while it was away is behind it. Set its stream offset to "first": all of it comes again.',
        'red',
      ),
      noteAt(
        'n3',
        NOTE_X,
        BOTTOM_Y,
        'Too slow: it falls behind further and further, and the stream keeps what it has yet to read. In a queue the others would wait or share with it.',
        'yellow',
      ),
    ],
    edges: [
      publishing('meters', 'readings'),
      consuming('readings', 'billing', { streamOffset: 'first', offsetTracking: 'broker', storeEvery: 10 }),
      consuming('readings', 'dashboard', { streamOffset: 'next' }),
      consuming('readings', 'archive', { streamOffset: 'first' }),
    ],
    faults: [
      { id: 'x1', atMs: AWAY.fromMs, do: 'crash', target: 'billing', forMs: AWAY.forMs },
      { id: 'x2', atMs: AWAY.fromMs, do: 'crash', target: 'dashboard', forMs: AWAY.forMs },
    ],
    checks: [
      { id: 'c1', claim: 'noLoss', of: 'billing' },
      { id: 'c2', claim: 'noLoss', of: 'dashboard' },
      { id: 'c3', claim: 'lagBelow', of: 'archive', messages: 50 },
    ],
    panels: ['lag', 'guarantees'],
  }),
};
