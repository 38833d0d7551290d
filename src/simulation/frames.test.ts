import { expect, test, vi } from 'vitest';
import { HEADER, type Layout } from '../../workers/protocol/frame.ts';
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
