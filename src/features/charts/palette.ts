/**
 * Colours of lines that stand for sources and subscriptions: the same in every chart, by their place in the run.
 * Subscriptions take the palette from its beginning, sources from its end; a dash tells apart what repeats a colour.
 */

const COLORS = 8;
const DASHES = [undefined, '6 3', '2 2', '8 3 2 3'];

interface Look {
  readonly color: string;
  readonly dash?: string;
}

/** The look of the `index`-th subscription. */
export function subscriptionLook(index: number): Look {
  return look(index % COLORS, Math.floor(index / COLORS));
}

/** The look of the `index`-th source. */
export function sourceLook(index: number): Look {
  return look(COLORS - 1 - (index % COLORS), Math.floor(index / COLORS));
}

function look(color: number, round: number): Look {
  const dash = DASHES[round % DASHES.length];
  return dash === undefined ? { color: `var(--line-${color})` } : { color: `var(--line-${color})`, dash };
}
