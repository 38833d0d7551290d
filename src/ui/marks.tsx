import type { CSSProperties } from 'react';
import { statePaths, stateVariable, type StateKind } from './states.ts';

interface MarkProps {
  readonly kind: StateKind;
  /** Side in CSS pixels. */
  readonly size?: number;
  /** What a screen reader says; `null` where the text beside the mark says it already. */
  readonly label?: string | null;
  /** Drawn in the colour of the text around it instead of its own. */
  readonly plain?: boolean;
  readonly style?: CSSProperties;
}

/** The shape and colour of one state. */
export function Mark({ kind, size = 14, label = null, plain = false, style }: MarkProps) {
  const { stroke, fill } = statePaths[kind];
  const spoken = label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label };
  return (
    <svg
      {...spoken}
      data-mark={kind}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      style={{ color: plain ? undefined : stateVariable(kind), flex: 'none', ...style }}
    >
      {stroke && (
        <path
          d={stroke}
          fill="none"
          stroke="currentColor"
          strokeWidth={1.7}
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      {fill && <path d={fill} fill="currentColor" />}
    </svg>
  );
}
