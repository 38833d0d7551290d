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
  rebalance: 'var(--accent)',
  fork: 'var(--accent-strong)',
};

/** Each kind has a shape of its own: a bolt, a diamond, a warning triangle, a disc in parts, a fork. On a grid of 12 by 12. */
const PATHS: Readonly<Record<MarkKind, string>> = {
  fault: 'M7.2 0.6 2.4 7h2.9L4.6 11.4 9.6 4.9H6.6z',
  edit: 'M6 1.6 10.4 6 6 10.4 1.6 6z',
  anomaly: 'M6 1 11.4 10.8H0.6z',
  rebalance:
    'M5.4 0.9v10.2a5.1 5.1 0 0 1 0-10.2zM6.8 0.9a5.1 5.1 0 0 1 4.3 4.3H6.8zM6.8 6.8h4.3a5.1 5.1 0 0 1-4.3 4.3z',
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
