import { describe, expect, test } from 'vitest';
import type { ScenarioEdge, ScenarioNode } from '../document.ts';
import { drawnRoute } from './drawn-route.ts';
import { bindingKeysOf, drawnRouting } from './drawn-routing.ts';
import { headersOf } from './header-text.ts';

const at = { name: '', position: { x: 0, y: 0 } };
const exchange = (id: string, type: 'topic' | 'direct' | 'headers' = 'topic'): ScenarioNode => ({
  ...at,
  id,
  kind: 'exchange',
  type,
});
const queue = (id: string): ScenarioNode => ({ ...at, id, kind: 'queue' });
const bind = (
  from: string,
  to: string,
  settings: Partial<Extract<ScenarioEdge, { kind: 'bind' }>> = {},
): ScenarioEdge => ({
  id: `${from}-${to}`,
  kind: 'bind',
  from,
  to,
  ...settings,
});

describe('headers as text', () => {
  test('one a line; what looks like JSON is what it looks like', () => {
    expect(headersOf('region = eu\n tier=2\nvip = true\nnote = "1"\n\nthere\nnil = null\nodd = "a')).toEqual([
      ['nil', null],
      ['note', '1'],
      ['odd', '"a'],
      ['region', 'eu'],
      ['there', null],
      ['tier', 2],
      ['vip', true],
    ]);
    expect(headersOf('a = 1\na = b = c')).toEqual([['a', 'b = c']]);
    expect(headersOf('')).toEqual([]);
  });
});

describe('a design as a broker would have it declared', () => {
  test('[RX7] each key of an edge is a binding; the same again is none', () => {
    const nodes = [exchange('x'), queue('q')];
    const { table, edges } = drawnRouting({ nodes, edges: [bind('x', 'q', { bindingKeys: 'a.*\nb\n\na.*' })] });
    expect(table.bindings.map(({ key }) => key)).toEqual(['a.*', 'b']);
    expect(edges).toEqual(['x-q', 'x-q']);
    expect(bindingKeysOf('')).toEqual(['']);
  });

  test('[RX14] what would be refused is left out and told', () => {
    const nodes: ScenarioNode[] = [{ ...exchange('x'), type: 'x-consistent-hash' } as ScenarioNode, queue('q')];
    const { table, refused } = drawnRouting({ nodes, edges: [bind('x', 'q', { bindingKeys: 'ten\n10' })] });
    expect(table.bindings.map(({ key }) => key)).toEqual(['10']);
    expect(refused).toMatchObject([{ edge: 'x-q', key: 'ten', refusal: { code: 406 } }]);
  });
});

describe('where a message goes on the canvas', () => {
  const nodes = [exchange('x'), exchange('y', 'headers'), exchange('z', 'direct'), queue('q'), queue('r'), queue('s')];
  const edges = [
    bind('x', 'q', { bindingKeys: 'order.*' }),
    bind('x', 'y', { bindingKeys: '#.eu' }),
    bind('x', 'z', { alternate: true }),
    bind('y', 'r', { xMatch: 'any', headers: 'vip = true\ntier = 2' }),
    bind('z', 's', { bindingKeys: 'lost' }),
  ];
  const route = (key: string, headers = '') => drawnRoute({ nodes, edges }, 'x', { key, headers: headersOf(headers) })!;

  test('[RX8] along bindings, edge by edge', () => {
    const { visits, queues, edges: lit, nodes: reached } = route('order.eu', 'tier = 2');
    expect(queues).toEqual([
      { queue: 'q', certain: true },
      { queue: 'r', certain: true },
    ]);
    expect(lit).toEqual(new Set(['x-q', 'x-y', 'y-r']));
    expect(reached).toEqual(new Set(['q', 'r', 'x', 'y']));
    expect(visits.map(({ exchange: id, edge, asAlternate }) => ({ id, edge, asAlternate }))).toEqual([
      { id: 'x', edge: null, asAlternate: false },
      { id: 'y', edge: 'x-y', asAlternate: false },
    ]);
    expect(visits[1]!.verdicts).toMatchObject([{ edge: 'y-r', to: 'r', matches: true, because: 'any: tier is 2' }]);
  });

  test('[RX9] by the alternate exchange, and to a dead end', () => {
    expect(route('lost')).toMatchObject({ queues: [{ queue: 's' }] });
    expect(route('lost').edges).toEqual(new Set(['x-z', 'z-s']));
    const { visits, queues } = route('nowhere');
    expect(queues).toEqual([]);
    expect(visits.map(({ deadEnd, asAlternate }) => [deadEnd, asAlternate])).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  test('nothing is known of an exchange that is not there', () => {
    expect(drawnRoute({ nodes, edges }, 'q', { key: '', headers: [] })).toBeNull();
  });
});
