import { expect, test } from 'vitest';
import type { Design, ScenarioNode } from '../../../../workers/scenario/document.ts';
import { examples } from '../../../../workers/scenario/examples/index.ts';
import type { Rectangle } from './free-cell.ts';
import { rectangleOf } from './frames.ts';

/** Below the upper edge of a frame stands its name. */
const LABEL = 32;

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(a: Rectangle, frame: Rectangle): boolean {
  return (
    a.x >= frame.x &&
    a.y >= frame.y + LABEL &&
    a.x + a.width <= frame.x + frame.width &&
    a.y + a.height <= frame.y + frame.height
  );
}

/** What covers what, or sticks out of its frame. */
function clashes(design: Design): readonly string[] {
  const name = ({ kind, name: called, id }: ScenarioNode): string => (kind === 'note' ? id : `${called} (${id})`);
  const box = (node: ScenarioNode): Rectangle => rectangleOf(design, node);
  const cards = design.nodes.filter(({ kind }) => kind !== 'frame');
  const covered = cards.flatMap((a, place) =>
    cards.slice(place + 1).flatMap((b) => (overlap(box(a), box(b)) ? [`${name(a)} and ${name(b)} overlap`] : [])),
  );
  const frames = design.nodes.filter(({ kind }) => kind === 'frame');
  const cut = frames.flatMap((frame) =>
    cards.flatMap((card) =>
      overlap(box(card), box(frame)) && !inside(box(card), box(frame))
        ? [`${name(card)} is not within ${name(frame)}`]
        : [],
    ),
  );
  return [...covered, ...cut];
}

test.each(examples.map(({ id, scenario }) => [id, scenario] as const))(
  'in %s nothing covers anything',
  (_id, scenario) => {
    expect(clashes(scenario)).toEqual([]);
  },
);
