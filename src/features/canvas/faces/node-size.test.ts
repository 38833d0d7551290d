import { describe, expect, it } from 'vitest';
import type { ScenarioNode } from '../../../../workers/scenario/document.ts';
import { GRID, nodeSize } from './node-size.ts';

const at = { id: 'n', name: 'n', position: { x: 0, y: 0 } };
const topic = (partitions: number): ScenarioNode => ({ ...at, kind: 'topic', partitions });
const consumer = (instances: number): ScenarioNode => ({ ...at, kind: 'consumer', instances });

describe('the size of a face', () => {
  it('falls on the grid', () => {
    for (const node of [topic(1), topic(7), topic(1000), consumer(0), consumer(9), consumer(500)]) {
      const { width, height } = nodeSize(node);
      expect([width % GRID, height % GRID]).toEqual([0, 0]);
    }
  });

  it('grows with what it holds, and stops growing', () => {
    expect(nodeSize(topic(3)).height).toBeGreaterThan(nodeSize(topic(1)).height);
    expect(nodeSize(topic(12))).toEqual(nodeSize(topic(1000)));
    expect(nodeSize(consumer(6)).height).toBeGreaterThan(nodeSize(consumer(1)).height);
    expect(nodeSize(consumer(500)).height).toBeLessThan(400);
  });

  it('has room for one row also when there is none', () => {
    expect(nodeSize(consumer(0))).toEqual(nodeSize(consumer(1)));
  });

  it('of a frame is the one in the document', () => {
    expect(nodeSize({ ...at, kind: 'frame', width: 333, height: 77 })).toEqual({ width: 333, height: 77 });
  });

  it('of a note follows its text', () => {
    const lines = (text: string) => nodeSize({ ...at, kind: 'note', text }).height;
    expect(lines('a\nb\nc\nd')).toBeGreaterThan(lines('a'));
  });
});
