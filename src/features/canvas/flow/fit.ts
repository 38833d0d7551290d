/** Where to look from: viewports that show a whole drawing, or enough of it to be read. */
import type { Viewport } from '@xyflow/react';
import type { Design, ScenarioNode } from '../../../../workers/scenario/document.ts';
import type { Rectangle } from '../placing/free-cell.ts';
import { rectangleOf } from '../placing/frames.ts';

/** The canvas on the page, in CSS pixels. */
export interface Stage {
  readonly width: number;
  readonly height: number;
  /** What lies upon its corners: controls, the overview. */
  readonly covered: readonly Rectangle[];
}

const MARGIN = 0.03;
const ZOOM_MIN = 0.1;
const ZOOM_MAX = 1.1;
/** Narrower canvases begin with as much as can be read, and are moved by a finger. */
export const NARROW_BELOW = 640;
/** Faces say what they have to say from here on. */
const READABLE_ZOOM = 0.56;

/** The canvas as it stands; null before it is there. */
export function stageOf(flow: Element | null): Stage | null {
  if (flow === null) return null;
  const { left, top, width, height } = flow.getBoundingClientRect();
  const corners = flow.querySelectorAll('.react-flow__panel.bottom:is(.left, .right)');
  const covered = Array.from(corners, (corner) => {
    const box = corner.getBoundingClientRect();
    return { x: box.left - left, y: box.top - top, width: box.width, height: box.height };
  });
  return { width, height, covered };
}

/** Shows everything. Where a node would lie under a corner that is covered, the drawing moves up or aside, whichever leaves it larger. */
export function wholeView(design: Pick<Design, 'nodes'>, stage: Stage): Viewport {
  const boxes = design.nodes.map((node) => rectangleOf(design, node));
  const what = around(boxes);
  const first = centred(what, { left: 0, right: stage.width, bottom: stage.height });
  const inside = design.nodes.flatMap((node, place) => (node.kind === 'frame' ? [] : [onPage(boxes[place]!, first)]));
  const hidden = stage.covered.filter((corner) => inside.some((box) => overlap(box, corner)));
  if (hidden.length === 0) return first;
  const above = centred(what, { left: 0, right: stage.width, bottom: Math.min(...hidden.map(({ y }) => y)) });
  const isLeft = ({ x, width }: Rectangle): boolean => x + width / 2 < stage.width / 2;
  const beside = centred(what, {
    left: Math.max(0, ...hidden.filter(isLeft).map(({ x, width }) => x + width)),
    right: Math.min(stage.width, ...hidden.filter((corner) => !isLeft(corner)).map(({ x }) => x)),
    bottom: stage.height,
  });
  return beside.zoom > above.zoom ? beside : above;
}

/**
 * Shows a drawing that was just opened: everything, or on a narrow canvas what runs, from its left upper end if it could
 * not be read otherwise.
 */
export function openingView(design: Pick<Design, 'nodes'>, stage: Stage): Viewport {
  const running = design.nodes.filter(({ kind }) => kind !== 'note' && kind !== 'frame');
  if (stage.width >= NARROW_BELOW || running.length === 0) return wholeView(design, stage);
  const what = around(running.map((node) => rectangleOf(design, node)));
  const whole = centred(what, { left: 0, right: stage.width, bottom: stage.height });
  if (whole.zoom >= READABLE_ZOOM) return whole;
  const frames = design.nodes.filter(({ kind }) => kind === 'frame').map((node) => rectangleOf(design, node));
  const { x, y, height } = around([what, ...frames]);
  const margin = stage.width * MARGIN;
  const spare = stage.height - height * READABLE_ZOOM;
  return {
    x: margin - x * READABLE_ZOOM,
    y: Math.max(margin, spare / 2) - y * READABLE_ZOOM,
    zoom: READABLE_ZOOM,
  };
}

/** A view on a narrow canvas from which a node is seen: the same one, or one with the node in its middle. */
export function withinView(design: Pick<Design, 'nodes'>, node: ScenarioNode, view: Viewport, stage: Stage): Viewport {
  const box = onPage(rectangleOf(design, node), view);
  const seen = box.x >= 0 && box.y >= 0 && box.x + box.width <= stage.width && box.y + box.height <= stage.height;
  if (seen || stage.width >= NARROW_BELOW) return view;
  return {
    x: view.x + stage.width / 2 - box.x - box.width / 2,
    y: view.y + stage.height / 2 - box.y - box.height / 2,
    zoom: view.zoom,
  };
}

/** The part of the stage to be filled: from its upper edge down to `bottom`. */
interface Part {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

function centred({ x, y, width, height }: Rectangle, { left, right, bottom }: Part): Viewport {
  const room = 1 - 2 * MARGIN;
  const fits = Math.min(((right - left) * room) / Math.max(1, width), (bottom * room) / Math.max(1, height));
  const zoom = Math.min(ZOOM_MAX, Math.max(ZOOM_MIN, fits));
  return {
    x: (left + right) / 2 - (x + width / 2) * zoom,
    y: bottom / 2 - (y + height / 2) * zoom,
    zoom,
  };
}

function around(boxes: readonly Rectangle[]): Rectangle {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

function onPage({ x, y, width, height }: Rectangle, { x: left, y: top, zoom }: Viewport): Rectangle {
  return { x: x * zoom + left, y: y * zoom + top, width: width * zoom, height: height * zoom };
}

function overlap(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
