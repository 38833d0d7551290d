/**
 * The states that have a colour and a shape of their own, everywhere in the app. The names are those of the CSS
 * variables: `--s-` and the name.
 */
export const STATE_KINDS = [
  'applied',
  'duplicate',
  'lost',
  'out-of-order',
  'dead',
  'stale',
  'waiting',
  'refused',
  'unknown',
  'gone',
  'expired',
  'superseded',
  'unexpected',
  'skipped',
] as const;

export type StateKind = (typeof STATE_KINDS)[number];

/** What a person reads beside the mark. Lower case: it stands inside sentences and after numbers. */
export const stateLabels: Readonly<Record<StateKind, string>> = {
  applied: 'applied',
  duplicate: 'duplicate',
  lost: 'lost',
  'out-of-order': 'out of order',
  dead: 'dead-lettered',
  stale: 'stale',
  waiting: 'waiting',
  refused: 'refused',
  unknown: 'unknown',
  gone: 'gone',
  expired: 'expired',
  superseded: 'superseded',
  unexpected: 'unexpected',
  skipped: 'skipped',
};

/** The CSS value of a state's colour, for styles. Canvas drawing needs `stateColor` from `colors.ts`. */
export function stateVariable(kind: StateKind): string {
  return `var(--s-${kind})`;
}

/**
 * The shape of each state on a 16 × 16 grid, as SVG path data: `stroke` is drawn with a line 1.6 wide and round ends,
 * `fill` is filled. The canvas draws the same paths with `Path2D`.
 */
export const statePaths: Readonly<Record<StateKind, { readonly stroke: string; readonly fill: string }>> = {
  applied: { stroke: 'M14.2 8A6.2 6.2 0 1 1 8 1.8a6.2 6.2 0 0 1 6.2 6.2zM5.2 8.2l2 2 3.7-4', fill: '' },
  duplicate: { stroke: 'M2.3 5.6h8.1v8.1H2.3zM5.6 5.6V2.3h8.1v8.1h-3.3', fill: '' },
  lost: { stroke: 'M3.2 3.2l9.6 9.6M12.8 3.2l-9.6 9.6', fill: '' },
  'out-of-order': { stroke: 'M2.2 5.2h11M10.4 2.4l2.9 2.8-2.9 2.8M13.8 11h-11M5.6 8.2L2.7 11l2.9 2.8', fill: '' },
  dead: { stroke: 'M2 2.8h12v3.4H2zM3.2 6.2v7.2h9.6V6.2M6.4 9.2h3.2', fill: '' },
  stale: { stroke: 'M14.2 8A6.2 6.2 0 1 1 8 1.8a6.2 6.2 0 0 1 6.2 6.2zM8 4.4V8l2.6 1.6', fill: '' },
  waiting: {
    stroke: '',
    fill: 'M4.6 8a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0zM9.5 8a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0zM14.4 8a1.5 1.5 0 1 1-3 0 1.5 1.5 0 0 1 3 0z',
  },
  refused: { stroke: 'M14.2 8A6.2 6.2 0 1 1 8 1.8a6.2 6.2 0 0 1 6.2 6.2zM3.7 3.7l8.6 8.6', fill: '' },
  unknown: { stroke: 'M4.9 5.4A3.1 3.1 0 1 1 9.5 8C8.4 8.6 8 9.2 8 10.4M8 13.4v.1', fill: '' },
  gone: { stroke: 'M14.2 8A6.2 6.2 0 1 1 8 1.8a6.2 6.2 0 0 1 6.2 6.2zM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6', fill: '' },
  expired: { stroke: 'M3.8 2.2h8.4M3.8 13.8h8.4M5 2.2c0 4 6 7.6 6 11.6M11 2.2c0 4-6 7.6-6 11.6', fill: '' },
  superseded: { stroke: 'M2 5.4h12M2 5.4l2.6-2.8M2 5.4l2.6 2.8M4.2 9.4h9.6v4.4H4.2z', fill: '' },
  unexpected: { stroke: 'M8 2.2l6.4 11.4H1.6zM8 6.6v3M8 11.7v.1', fill: '' },
  skipped: { stroke: 'M3 3.4l6.4 4.6L3 12.6zM12.8 3.4v9.2', fill: '' },
};
