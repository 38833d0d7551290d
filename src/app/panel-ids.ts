/** The panels at the bottom, in the order of their tabs. Links name them: never rename one. */
export const PANEL_IDS = [
  'guarantees',
  'flow',
  'lag',
  'latency',
  'ordering',
  'backpressure',
  'trace',
  'checks',
] as const;
export type PanelId = (typeof PANEL_IDS)[number];
