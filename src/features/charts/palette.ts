/** Colours of lines that stand for sources and subscriptions: by their place, with a dash once colours repeat. */

const COLORS = 8;
const DASHES = [undefined, '6 3', '2 2', '8 3 2 3'];

interface Look {
  readonly color: string;
  readonly dash?: string;
}

/** The look of the `index`-th line of a chart. */
export function lineLook(index: number): Look {
  const dash = DASHES[Math.floor(index / COLORS) % DASHES.length];
  const color = `var(--line-${index % COLORS})`;
  return dash === undefined ? { color } : { color, dash };
}
