import { expect, test } from 'vitest';
import type { Design } from '../../../workers/scenario/document.ts';
import { partsOf } from './parts.ts';

const at = { x: 0, y: 0 };
const nodes: Design['nodes'] = [
  { id: 'p', kind: 'producer', name: 'p', position: at, sizeBytes: 10 },
  { id: 't', kind: 'topic', name: 't', position: at, partitions: 2 },
  { id: 'c', kind: 'consumer', name: 'c', position: at },
  { id: 'u', kind: 'topic', name: 'u', position: at },
  { id: 'd', kind: 'consumer', name: 'd', position: at, instances: 3, concurrency: 2 },
  { id: 'x', kind: 'consumer', name: 'x', position: at },
];
const edges: Design['edges'] = [
  { id: 'pt', kind: 'publish', from: 'p', to: 't', acks: '1', network: { loss: 0.1 } },
  { id: 'tc', kind: 'subscribe', from: 't', to: 'c' },
  { id: 'cu', kind: 'publish', from: 'c', to: 'u' },
  { id: 'ud', kind: 'subscribe', from: 'u', to: 'd' },
  { id: 'tx', kind: 'subscribe', from: 't', to: 'x' },
];

test('the parts of a way are those that its messages pass, back to where they happen', () => {
  expect(partsOf({ nodes, edges }, 'u', ['d'])).toEqual({ nodes: 5, edges: 4, settings: 5 });
  expect(partsOf({ nodes, edges }, 't', ['c'])).toEqual({ nodes: 3, edges: 2, settings: 3 });
});

test('a cycle is walked once', () => {
  const cycle: Design['edges'] = [...edges, { id: 'dt', kind: 'publish', from: 'd', to: 't' }];
  expect(partsOf({ nodes, edges: cycle }, 't', ['x'])).toMatchObject({ nodes: 6, edges: 6 });
});
