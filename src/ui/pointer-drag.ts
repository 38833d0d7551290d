import { useCallback, useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react';

export interface PointerPlace {
  /** CSS pixels from the viewport's top left corner. */
  readonly x: number;
  readonly y: number;
}

export interface PointerDrag<Item> {
  readonly item: Item;
  readonly at: PointerPlace;
}

interface Handlers<Item> {
  /** Called with every move once it is a drag; `null` when the drag is over, however it ended. */
  readonly onMove?: (item: Item, at: PointerPlace | null) => void;
  readonly onDrop: (item: Item, at: PointerPlace) => void;
}

/** Pixels a pointer moves before it is a drag and no longer a click. */
const THRESHOLD = 5;

/**
 * One path for dragging with mouse, pen and touch: the browser's own drag and drop does nothing under a finger. Escape
 * and a cancelled pointer end the drag without a drop; the click that follows a drag is swallowed.
 *
 * Spread `bind(item)` over the element to drag; it takes `touch-action: none`, or the browser would take the gesture for
 * scrolling. `drag` is what to draw the ghost from, null while nothing is dragged.
 */
export function usePointerDrag<Item>({ onMove, onDrop }: Handlers<Item>) {
  const [drag, setDrag] = useState<PointerDrag<Item> | null>(null);
  const live = useRef<{ item: Item; pointer: number; from: PointerPlace; moved: boolean } | null>(null);
  const swallowClick = useRef(false);
  const handlers = useRef({ onMove, onDrop });
  useEffect(() => {
    handlers.current = { onMove, onDrop };
  });

  const end = useCallback(() => {
    const ended = live.current;
    live.current = null;
    setDrag(null);
    if (ended?.moved === true) handlers.current.onMove?.(ended.item, null);
  }, []);

  const dragging = drag !== null;
  useEffect(() => {
    if (!dragging) return undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      swallowClick.current = true;
      end();
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [dragging, end]);
  useEffect(() => end, [end]);

  const bind = (item: Item) => ({
    onPointerDown: (event: ReactPointerEvent<HTMLElement>) => {
      if (event.button !== 0 || !event.isPrimary) return;
      swallowClick.current = false;
      live.current = { item, pointer: event.pointerId, from: { x: event.clientX, y: event.clientY }, moved: false };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: ReactPointerEvent<HTMLElement>) => {
      const current = live.current;
      if (current === null || current.pointer !== event.pointerId) return;
      const at = { x: event.clientX, y: event.clientY };
      if (!current.moved && Math.hypot(at.x - current.from.x, at.y - current.from.y) < THRESHOLD) return;
      current.moved = true;
      setDrag({ item: current.item, at });
      handlers.current.onMove?.(current.item, at);
    },
    onPointerUp: (event: ReactPointerEvent<HTMLElement>) => {
      const moved = live.current?.moved === true;
      end();
      if (!moved) return;
      swallowClick.current = true;
      handlers.current.onDrop(item, { x: event.clientX, y: event.clientY });
    },
    onPointerCancel: end,
    onClickCapture: (event: { stopPropagation(): void; preventDefault(): void; readonly detail: number }) => {
      // A click made by the keyboard has no detail, and always counts.
      if (!swallowClick.current || event.detail === 0) return;
      swallowClick.current = false;
      event.stopPropagation();
      event.preventDefault();
    },
    style: { touchAction: 'none' as const },
  });
  return { bind, drag };
}
