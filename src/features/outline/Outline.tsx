import { useEffect, useRef, useState } from 'react';
import { frames } from '../../simulation/frames.ts';
import { select } from '../../document/actions.ts';
import { useDocument } from '../../document/store.ts';
import { edgeState, nodeState, outlineOf } from './outline-model.ts';
import classes from './outline.module.css';

interface OutlineProps {
  /** Brings a node into view and moves the keyboard to it. */
  readonly onShow: (nodeId: string) => void;
}

/** States are read again so often, and only while the outline has the focus or is read. */
const EVERY_MS = 1000;

/**
 * The canvas as a list: every node with its state and its connections. For screen readers and the keyboard; it comes
 * into sight when the focus enters it.
 */
export function Outline({ onShow }: OutlineProps) {
  const design = useDocument((state) => state.design);
  const selected = useDocument((state) => state.selection);
  const entries = outlineOf(design);
  const tick = useSlowTick();
  const frame = frames.current();
  const stateOf = (read: typeof nodeState, id: string) =>
    frame === null || tick < 0 ? '' : read(frame.values, frame.layout, id);
  return (
    <section className={classes.outline} aria-label="Outline of the canvas">
      <h2 className={classes.title}>Outline</h2>
      {entries.length === 0 && <p className={classes.none}>The canvas is empty.</p>}
      <ul className={classes.nodes}>
        {entries.map(({ id, kind, name, connections }) => (
          <li key={id}>
            <button
              type="button"
              className={classes.entry}
              aria-pressed={selected.nodes.includes(id)}
              onClick={() => onShow(id)}
            >
              <b>{kind}</b> {name}
              <span className={classes.state}>{stateOf(nodeState, id)}</span>
            </button>
            {connections.length > 0 && (
              <ul className={classes.connections}>
                {connections.map(({ edgeId, text }) => (
                  <li key={edgeId}>
                    <button
                      type="button"
                      className={classes.entry}
                      aria-pressed={selected.edges.includes(edgeId)}
                      onClick={() => select({ edges: [edgeId] })}
                    >
                      {text}
                      <span className={classes.state}>{stateOf(edgeState, edgeId)}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Counts up once a second while the run moves and the page is seen. */
function useSlowTick(): number {
  const [tick, setTick] = useState(0);
  const seen = useRef<Float64Array | null>(null);
  useEffect(() => {
    const timer = setInterval(() => {
      const values = frames.current()?.values ?? null;
      if (document.hidden || values === seen.current) return;
      seen.current = values;
      setTick((before) => before + 1);
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return tick;
}
