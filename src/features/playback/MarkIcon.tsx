import type { MarkKind } from './timeline.ts';

/** What a mark on the timeline stands for, in words. */
export const markLabels: Readonly<Record<MarkKind, string>> = {
  fault: 'Fault',
  edit: 'Edit',
  anomaly: 'Anomaly',
  rebalance: 'Rebalance',
  fork: 'Branch',
};

const markColors: Readonly<Record<MarkKind, string>> = {
  fault: 'var(--warn)',
  edit: 'var(--info)',
  anomaly: 'var(--danger)',
  rebalance: 'var(--s-out-of-order)',
  fork: 'var(--accent-strong)',
};

/** Each kind has a shape of its own: a bolt, a diamond, a warning triangle, two arrows, a fork. On a grid of 12 by 12. */
const PATHS: Readonly<Record<MarkKind, string>> = {
  fault: 'M7.2 0.6 2.4 7h2.9L4.6 11.4 9.6 4.9H6.6z',
  edit: 'M6 1.6 10.4 6 6 10.4 1.6 6z',
  anomaly: 'M6 1 11.4 10.8H0.6z',
  rebalance: 'M1 4h6.6V1.6L11.4 5H1zM11 8H4.4v2.4L0.6 7H11z',
  fork: 'M4.9 11.5V7.2L1 2.4 2.7 0.9 6 5 9.3 0.9 11 2.4 7.1 7.2v4.3z',
};

/** The shape and colour of a kind of mark. */
export function MarkIcon({ kind, size = 11 }: { readonly kind: MarkKind; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden
      data-mark={kind}
      style={{ flex: 'none', overflow: 'visible' }}
    >
      <path
        d={PATHS[kind]}
        fill={markColors[kind]}
        stroke="var(--surface-1)"
        strokeWidth={2.5}
        strokeLinejoin="round"
        paintOrder="stroke"
      />
    </svg>
  );
}
