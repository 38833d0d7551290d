import { describe, expect, it } from 'vitest';
import type { ScenarioNode } from '../../../../workers/scenario/document.ts';
import { absolutePosition, frameAt, placeIn } from './frames.ts';

const area: ScenarioNode = {
  id: 'area',
  kind: 'frame',
  name: 'Area',
  position: { x: 100, y: 100 },
  width: 400,
  height: 300,
};
const inside: ScenarioNode = { id: 'web', kind: 'producer', name: 'web', position: { x: 20, y: 30 }, parent: 'area' };
const design = { nodes: [area, inside] };
const size = { width: 240, height: 140 };

describe('frames', () => {
  it('hold nodes at places relative to themselves', () => {
    expect(absolutePosition(design, inside)).toEqual({ x: 120, y: 130 });
    expect(absolutePosition(design, area)).toEqual({ x: 100, y: 100 });
  });

  it('take a node whose middle lies in them', () => {
    expect(placeIn(design, { kind: 'topic', size }, { x: 380, y: 110 })).toEqual({
      position: { x: 280, y: 10 },
      parent: 'area',
    });
    expect(placeIn(design, { kind: 'topic', size }, { x: 390, y: 110 })).toEqual({
      position: { x: 390, y: 110 },
      parent: null,
    });
  });

  it('are not put into each other', () => {
    expect(placeIn(design, { kind: 'frame', size }, { x: 150, y: 150 }).parent).toBeNull();
  });

  it('have their border inside', () => {
    expect(frameAt(design, { x: 100, y: 400 })?.id).toBe('area');
    expect(frameAt(design, { x: 100, y: 401 })).toBeUndefined();
  });
});
