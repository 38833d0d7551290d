import { Panel } from '@xyflow/react';
import { useEffect, useState } from 'react';
import { useCanvas } from './canvas-store.ts';
import classes from './canvas.module.css';

const SHOWN_MS = 4500;
const REFUSAL_SHOWN_MS = 7000;

/** What has just been done, or why not: seen for a few seconds, and said by a screen reader when it has time. */
export function StatusLine() {
  const { text, refusal, sequence } = useCanvas((state) => state.status);
  const connecting = useCanvas((state) => state.connecting?.by === 'keyboard');
  const [hidden, setHidden] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setHidden(sequence), refusal ? REFUSAL_SHOWN_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [sequence, refusal]);
  const shown = text !== '' && (hidden !== sequence || connecting);
  return (
    <Panel position="bottom-center" className={classes.statusPanel ?? ''}>
      <div role="status" aria-live="polite" className={classes.status} data-shown={shown} data-refusal={refusal}>
        {/* A new element for each message, so that the same words twice are said twice. */}
        <span key={sequence}>{text}</span>
      </div>
    </Panel>
  );
}
