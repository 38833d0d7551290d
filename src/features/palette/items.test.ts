import { describe, expect, it } from 'vitest';
import { nodeKinds } from '../../../workers/scenario/kinds/table.ts';
import { findItems, paletteItems } from './items.ts';

const found = (search: string) => findItems(search).flatMap(({ items }) => items.map(({ id }) => id));

describe('the palette', () => {
  it('offers every kind, and the parts of nodes', () => {
    expect(found('').toSorted()).toEqual([...Object.keys(nodeKinds), 'partition', 'instance'].toSorted());
  });

  it('shows a part beside what it goes into', () => {
    expect(
      findItems('')
        .find(({ family }) => family === 'log')
        ?.items.map(({ id }) => id),
    ).toEqual(['topic', 'cluster', 'partition']);
  });

  it('finds by the beginnings of words, by other names, in any case and order', () => {
    expect(found('part')).toContain('partition');
    expect(found('KAFKA')).toEqual(['topic', 'cluster']);
    expect(found('group cons')).toContain('consumer');
    expect(found('   ')).toHaveLength(paletteItems.length);
  });

  it('finds nothing for what it does not have', () => {
    expect(findItems('zeppelin')).toEqual([]);
  });
});
