import { expect, test, vi } from 'vitest';
import { HEADER, STATUS, type Layout } from '../../workers/protocol/frame.ts';
import { createFrameBuffer } from './frames.ts';

function layout(version: number): Layout {
  return { version, length: 16, nodeIds: [], edgeIds: [], nodes: {}, edges: {}, subscriptions: [], groups: [] };
}

function frame(version: number, timeNs: number): ArrayBuffer {
  const values = new Float64Array(HEADER.size);
  values[HEADER.layout] = version;
  values[HEADER.timeNs] = timeNs;
  return values.buffer;
}

function create() {
  const paints: (() => void)[] = [];
  const buffer = createFrameBuffer({ wallMs: () => 0, beforePaint: (draw) => void paints.push(draw) });
  return { buffer, paint: () => paints.splice(0).forEach((draw) => draw()) };
}

test('subscribers are called once before the next painting, and then the frame counts as drawn', () => {
  const { buffer, paint } = create();
  const order: string[] = [];
  const stop = buffer.subscribe(() => order.push('drawn by a face'));
  buffer.hearLayout(layout(1));
  buffer.hearFrame(frame(1, 5), () => order.push('asked for the next'));
  expect(order).toEqual([]);
  paint();
  expect(order).toEqual(['drawn by a face', 'asked for the next']);
  expect(buffer.current()?.values[HEADER.timeNs]).toBe(5);
  expect(buffer.nowNs()).toBe(5);
  stop();
  buffer.hearFrame(frame(1, 6), () => {});
  paint();
  expect(order.length).toBe(2);
});

test('the memory of a frame is given back two frames later, when nobody reads it any more', () => {
  const { buffer, paint } = create();
  buffer.hearLayout(layout(1));
  const first = frame(1, 1);
  const given: (ArrayBuffer | null)[] = [];
  for (const next of [first, frame(1, 2), frame(1, 3)]) {
    buffer.hearFrame(next, (spent) => given.push(spent));
    paint();
  }
  expect(given).toEqual([null, null, first]);
  // A frame that is skipped goes back at once.
  const foreign = frame(2, 4);
  buffer.hearFrame(foreign, (spent) => given.push(spent));
  expect(given.at(-1)).toBe(foreign);
});

test('paced subscribers hear of ten frames a second while the run plays, and of every one otherwise', () => {
  const paints: (() => void)[] = [];
  let wallMs = 0;
  const buffer = createFrameBuffer({ wallMs: () => wallMs, beforePaint: (draw) => void paints.push(draw) });
  const heard = vi.fn<() => void>();
  buffer.subscribePaced(heard);
  buffer.hearLayout(layout(1));
  const show = (status: number): void => {
    const next = frame(1, wallMs);
    new Float64Array(next)[HEADER.status] = status;
    buffer.hearFrame(next, () => {});
    paints.splice(0).forEach((draw) => draw());
  };
  for (wallMs = 0; wallMs < 1000; wallMs += 20) show(STATUS.playing);
  expect(heard).toHaveBeenCalledTimes(10);
  show(STATUS.paused);
  show(STATUS.paused);
  expect(heard).toHaveBeenCalledTimes(12);
});

test('a frame of another layout is skipped and the next asked for', () => {
  const { buffer } = create();
  const drawn = vi.fn<() => void>();
  buffer.hearLayout(layout(2));
  buffer.hearFrame(frame(1, 5), drawn);
  expect(drawn).toHaveBeenCalledOnce();
  expect(buffer.current()).toBeNull();
});

test('a face that throws does not stop the others', () => {
  const { buffer, paint } = create();
  const reported = vi.fn<(error: unknown) => void>();
  vi.stubGlobal('reportError', reported);
  const other = vi.fn<() => void>();
  buffer.subscribe(() => {
    throw new Error('broken face');
  });
  buffer.subscribe(other);
  buffer.hearLayout(layout(1));
  const drawn = vi.fn<() => void>();
  buffer.hearFrame(frame(1, 5), drawn);
  paint();
  vi.unstubAllGlobals();
  expect(other).toHaveBeenCalledOnce();
  expect(drawn).toHaveBeenCalledOnce();
  expect(reported).toHaveBeenCalledOnce();
});
