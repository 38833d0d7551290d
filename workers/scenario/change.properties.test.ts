import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChanges, designAt, diffDesigns } from './change.ts';
import type { Design } from './document.ts';
import { designArbitrary, scenarioArbitrary } from './testing/arbitrary.ts';

/** A second design that shares much with the first: reordered, thinned, mixed with another. */
const pair = fc
  .tuple(designArbitrary(), designArbitrary(), fc.infiniteStream(fc.nat(3)))
  .map(([before, other, dice]): [Design, Design] => {
    const mixed = <Item extends { id: string }>(mine: readonly Item[], theirs: readonly Item[]): Item[] => {
      const known = new Set(mine.map((item) => item.id));
      const kept = [...mine, ...theirs.filter((item) => !known.has(item.id))].filter(() => dice.next().value !== 0);
      return kept.sort(() => (dice.next().value ?? 0) - 1);
    };
    return [
      before,
      {
        nodes: mixed(before.nodes, other.nodes).map((node) =>
          dice.next().value === 1 ? { ...other.nodes[0]!, id: node.id } : node,
        ),
        edges: mixed(before.edges, other.edges),
        faults: mixed(before.faults, other.faults),
        checks: mixed(before.checks, other.checks),
      },
    ];
  });

test('applying the difference of two designs to the first gives the second', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      expect(applyChanges(before, diffDesigns(before, after))).toEqual(after);
    }),
  );
});

test('going there and back again gives the first, so undo is a difference too', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      const there = applyChanges(before, diffDesigns(before, after));
      expect(applyChanges(there, diffDesigns(there, before))).toEqual(before);
    }),
  );
});

test('a difference is minimal in items: nothing is changed that is the same, nothing is touched twice but moves', () => {
  fc.assert(
    fc.property(pair, ([before, after]) => {
      const changes = diffDesigns(before, after);
      const changed = changes.filter((change) => change.op === 'change');
      expect(new Set(changed.map((change) => `${change.in} ${change.id}`)).size).toBe(changed.length);
      expect(changes.length).toBeLessThanOrEqual(
        (['nodes', 'edges', 'faults', 'checks'] as const).reduce(
          (sum, part) => sum + before[part].length + after[part].length,
          0,
        ),
      );
    }),
  );
});

test('the design at any instant of a random run can be had', () => {
  fc.assert(
    fc.property(scenarioArbitrary(), fc.nat(20_000), (scenario, atMs) => {
      const design = designAt(scenario, atMs);
      const ids = new Set(design.nodes.map((node) => node.id));
      for (const edge of design.edges) expect(ids.has(edge.from) && ids.has(edge.to)).toBe(true);
    }),
  );
});
