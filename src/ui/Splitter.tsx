import { useRef, type KeyboardEvent, type PointerEvent } from 'react';
import classes from './Splitter.module.css';

interface SplitterProps {
  /** What the splitter sizes, e.g. "Width of the inspector". */
  readonly label: string;
  /** Size of that part now, CSS pixels. */
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** Which way the part grows. */
  readonly grows: 'right' | 'left' | 'up';
  readonly onSize: (size: number) => void;
  /** Double click, or Enter: back to the usual size. */
  readonly onReset: () => void;
}

const STEP = 16;

/** A line between two parts that can be dragged, or moved with the arrow keys. */
export function Splitter({ label, size, min, max, grows, onSize, onReset }: SplitterProps) {
  const drag = useRef<{ readonly from: number; readonly size: number } | null>(null);
  const along = (event: PointerEvent) =>
    grows === 'up' ? -event.clientY : grows === 'left' ? -event.clientX : event.clientX;
  const put = (next: number) => onSize(Math.round(Math.min(max, Math.max(min, next))));

  const onKeyDown = (event: KeyboardEvent) => {
    const [more, less] =
      grows === 'up'
        ? ['ArrowUp', 'ArrowDown']
        : grows === 'left'
          ? ['ArrowLeft', 'ArrowRight']
          : ['ArrowRight', 'ArrowLeft'];
    if (event.key === more) put(size + STEP);
    else if (event.key === less) put(size - STEP);
    else if (event.key === 'Home') put(min);
    else if (event.key === 'End') put(max);
    else if (event.key === 'Enter') onReset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={grows === 'up' ? 'horizontal' : 'vertical'}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={Math.round(max)}
      className={grows === 'up' ? classes.horizontal : classes.vertical}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { from: along(event), size };
      }}
      onPointerMove={(event) => {
        if (drag.current !== null) put(drag.current.size + along(event) - drag.current.from);
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
    />
  );
}
