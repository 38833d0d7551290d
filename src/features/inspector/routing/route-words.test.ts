import { expect, it } from 'vitest';
import type { Design } from '../../../../workers/scenario/document.ts';
import { suggestedHeaders, suggestedKeys } from './route-words.ts';

const position = { x: 0, y: 0 };

function designWith(keys: string, bindingKeys: string): Design {
  return {
    nodes: [
      { id: 'p', kind: 'producer', name: 'p', position, key: { type: 'listed', keys } },
      { id: 'x', kind: 'exchange', name: 'x', position, type: 'topic' },
      { id: 'q', kind: 'queue', name: 'q', position },
    ],
    edges: [
      { id: 'px', kind: 'amqpPublish', from: 'p', to: 'x', routingKey: 'order.{key}' },
      { id: 'xq', kind: 'bind', from: 'x', to: 'q', bindingKeys },
    ],
    faults: [],
    checks: [],
  };
}

it('offers keys that bindings would take, and then those that are published', () => {
  expect(suggestedKeys(designWith('eu\nus\neu', 'order.*.#'), 'x')).toEqual(['order.any', 'order.eu', 'order.us']);
  // A binding that takes everything names no key.
  expect(suggestedKeys(designWith('eu', '#'), 'x')).toEqual(['order.eu']);
});

it('offers the headers that are published, and without those what bindings ask for', () => {
  const design = designWith('eu\nus', '');
  const [publish, bind] = design.edges;
  const asking = { ...bind!, headers: 'region = eu\nsigned = null' } as Design['edges'][number];
  expect(suggestedHeaders({ ...design, edges: [publish!, asking] }, 'x')).toEqual(['region = eu\nsigned = any']);
  const saying = { ...publish!, headers: 'region = {key}' } as Design['edges'][number];
  expect(suggestedHeaders({ ...design, edges: [saying, asking] }, 'x')).toEqual(['region = eu', 'region = us']);
});
