import { expect, it } from 'vitest';
import type { ScenarioNode } from '../../../../workers/scenario/document.ts';
import { rectangleOf } from '../placing/frames.ts';
import { openingView, wholeView, withinView, type Stage } from './fit.ts';

const controls = { x: 12, y: 440, width: 160, height: 40 };
const wide: Stage = { width: 900, height: 490, covered: [controls] };
const phone: Stage = { width: 390, height: 620, covered: [] };

function producers(...positions: readonly (readonly [x: number, y: number])[]): { nodes: ScenarioNode[] } {
  return { nodes: positions.map(([x, y], id) => ({ id: `p${id}`, kind: 'producer', name: 'p', position: { x, y } })) };
}

/** Where nodes come to stand on the page. */
function seen(design: { nodes: ScenarioNode[] }, view: ReturnType<typeof wholeView>) {
  return design.nodes.map((node) => {
    const { x, y, width, height } = rectangleOf(design, node);
    return {
      left: x * view.zoom + view.x,
      top: y * view.zoom + view.y,
      right: (x + width) * view.zoom + view.x,
      bottom: (y + height) * view.zoom + view.y,
    };
  });
}

it('shows everything, and keeps nodes from under what lies on a corner', () => {
  for (const design of [producers([0, 0], [1400, 300]), producers([0, 0], [0, 900], [1400, 900])])
    for (const { left, top, right, bottom } of seen(design, wholeView(design, wide))) {
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(wide.width);
      expect(bottom <= wide.height && (bottom <= controls.y || left >= controls.x + controls.width)).toBe(true);
    }
});

it('makes no drawing smaller whose lower corner is free', () => {
  const design = producers([0, 0], [700, 0], [1400, 300]);
  expect(wholeView(design, wide)).toEqual(wholeView(design, { ...wide, covered: [] }));
});

it('begins at the left end of what is too wide to be read on a phone', () => {
  const design = producers([-300, 40], [100, 40], [1500, 300]);
  const view = openingView(design, phone);
  expect(view.zoom).toBeGreaterThan(0.54);
  const [first, second] = seen(design, view);
  expect(first!.left).toBeGreaterThan(0);
  expect(first!.left).toBeLessThan(20);
  expect(second!.right).toBeLessThan(390);
  // What is higher than the phone as well begins at its upper end.
  const tower = producers([0, -500], [1500, 2000]);
  expect(seen(tower, openingView(tower, phone))[0]!.top).toBeGreaterThan(0);
});

it('shows a small drawing on a phone as a whole', () => {
  const design = producers([0, 0], [0, 200]);
  for (const { left, right } of seen(design, openingView(design, phone)))
    expect(left >= 0 && right <= phone.width).toBe(true);
});

it('keeps a node in view on a phone, and leaves a wide canvas alone', () => {
  const design = producers([0, 0], [1500, 300]);
  const view = openingView(design, phone);
  const [near, far] = design.nodes;
  expect(withinView(design, near!, view, phone)).toEqual(view);
  const moved = seen(design, withinView(design, far!, view, phone))[1]!;
  expect((moved.left + moved.right) / 2).toBeCloseTo(phone.width / 2);
  expect((moved.top + moved.bottom) / 2).toBeCloseTo(phone.height / 2);
  expect(withinView(design, far!, view, { ...wide, width: 700 })).toEqual(view);
});
