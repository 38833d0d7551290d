import { useNodeId } from '@xyflow/react';
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore, type RefObject } from 'react';
import type { Layout } from '../../../../workers/protocol/frame.ts';
import { frames } from '../../../simulation/frames.ts';
import { paintText, type Paint } from './ticker.ts';

/** Paints at the pace of text while mounted. `paint` may change with each render and is called again when it does. */
export function usePaintText(paint: Paint): void {
  const latest = useRef(paint);
  useLayoutEffect(() => {
    latest.current = paint;
    const frame = frames.current();
    if (frame !== null) paint(frame.values, frame.layout);
  });
  const owner = useNodeId() ?? '';
  useEffect(() => paintText(owner, (values, layout) => latest.current(values, layout)), [owner]);
}

/**
 * A value that changes rarely (a state, an owner), as React state: the component renders again only when it changed.
 * `fallback` stands until the first frame.
 */
export function useLive<T extends string | number | boolean>(
  read: (values: Float64Array, layout: Layout) => T,
  fallback: T,
): T {
  return useSyncExternalStore(frames.subscribe, () => {
    const frame = frames.current();
    return frame === null ? fallback : read(frame.values, frame.layout);
  });
}

interface LiveTextProps {
  /** The text as of this frame. */
  readonly read: (values: Float64Array, layout: Layout) => string;
  /** Stands until the first frame. */
  readonly fallback?: string;
  readonly className?: string | undefined;
}

/** A text that follows the frames without rendering. */
export function LiveText({ read, fallback = '–', className }: LiveTextProps) {
  const span = useRef<HTMLSpanElement>(null);
  usePaintText((values, layout) => writeText(span, read(values, layout)));
  return (
    <span ref={span} className={className}>
      {fallback}
    </span>
  );
}

/** Writes only what changed: an unchanged text node costs no layout. */
export function writeText(ref: RefObject<HTMLElement | null>, text: string): void {
  const element = ref.current;
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/** Sets the accessible name only when it changed. */
export function writeLabel(ref: RefObject<HTMLElement | null>, label: string): void {
  const element = ref.current;
  if (element !== null && element.ariaLabel !== label) element.ariaLabel = label;
}

/** Fills a bar up to `share`, from 0 to 1 (more counts as 1). The bar is a background. */
export function writeShare(ref: RefObject<HTMLElement | null>, share: number): void {
  const size = `${Math.round(Math.min(1, share) * 1000) / 10}% 100%`;
  const element = ref.current;
  if (element !== null && element.style.backgroundSize !== size) element.style.backgroundSize = size;
}

/** Sets `data-<name>` only when it changed. */
export function writeData(ref: RefObject<HTMLElement | SVGElement | null>, name: string, value: string): void {
  const element = ref.current;
  if (element !== null && element.dataset[name] !== value) element.dataset[name] = value;
}
