/** Redrawing a chart takes most of a frame: charts that are due at once take turns, one a frame. */

type Redraw = () => void;

const waiting = new Set<Redraw>();
let scheduled = false;

/** Calls `redraw` in a frame of its own. Returns how to take it back. */
export function redrawInTurn(redraw: Redraw): () => void {
  waiting.add(redraw);
  schedule();
  return () => waiting.delete(redraw);
}

function schedule(): void {
  if (scheduled || waiting.size === 0) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    const [next] = waiting;
    if (next !== undefined) {
      waiting.delete(next);
      next();
    }
    schedule();
  });
}
