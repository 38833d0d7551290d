import { useEffect, useRef, useState } from 'react';
import { useCanvas } from '../canvas-store.ts';
import { nodeAt } from './use-pointer-connect.ts';
import classes from './connecting.module.css';

/** Beside the pointer while a connection is drawn: why it cannot end on the node below. */
export function ConnectionHint() {
  const connecting = useCanvas((state) => (state.connecting?.by === 'pointer' ? state.connecting : null));
  const box = useRef<HTMLDivElement>(null);
  const [reason, setReason] = useState<string | null>(null);
  useEffect(() => {
    if (connecting === null) return undefined;
    const onMove = (event: PointerEvent) => {
      const over = nodeAt(event.clientX, event.clientY);
      const target = over === null ? undefined : connecting.targets.get(over);
      setReason(target === undefined || target.ok ? null : target.reason);
      if (box.current !== null)
        box.current.style.transform = `translate(${event.clientX + 16}px, ${event.clientY + 14}px)`;
    };
    window.addEventListener('pointermove', onMove, true);
    return () => {
      window.removeEventListener('pointermove', onMove, true);
      setReason(null);
    };
  }, [connecting]);
  return (
    <div ref={box} className={classes.hint} data-shown={reason !== null && connecting !== null} aria-hidden>
      {reason}
    </div>
  );
}
