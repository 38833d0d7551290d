import type { AnomalyKind } from '../../workers/protocol/frame.ts';
import type { StateKind } from '../ui/states.ts';

/** The mark that stands for an anomaly wherever it is shown. A complete table: a kind without a mark does not compile. */
export const anomalyMarks: { readonly [K in AnomalyKind]: StateKind } = {
  lost: 'lost',
  gone: 'gone',
  duplicateEffect: 'duplicate',
  outOfOrder: 'out-of-order',
  unexpected: 'unexpected',
  refused: 'refused',
  expired: 'expired',
  skipped: 'skipped',
  dropped: 'dead',
  deadLettered: 'dead',
};
