import { UnstyledButton } from '@mantine/core';
import { Mark } from '../../ui/marks.tsx';
import { writeCount } from '../../ui/numbers.ts';
import { stateVariable } from '../../ui/states.ts';
import { barShares, writtenParts, type Sum, type SumPart } from './sums.ts';
import classes from './guarantees.module.css';

interface SumBarProps {
  readonly sum: Sum;
  /** Whose sum it is, for screen readers. */
  readonly of: string;
  /** The part whose messages are shown, if any. */
  readonly opened: string | null;
  /** Parts that can be opened; the others are plain text. */
  readonly canOpen: (part: SumPart) => boolean;
  readonly onOpen: (part: SumPart) => void;
}

/** A conservation sum: a bar whose parts fill it exactly, and the same as an equation under it. */
export function SumBar({ sum, of, opened, canOpen, onOpen }: SumBarProps) {
  const shares = barShares(sum.parts.map((part) => part.count));
  return (
    <div className={classes.sum}>
      <div className={classes.bar} aria-hidden>
        {sum.parts.map((part, index) => (
          <span
            key={part.figure}
            className={classes.segment}
            data-part={part.figure}
            style={{ flexGrow: shares[index] ?? 0, background: stateVariable(part.mark) }}
            hidden={part.count === 0}
          />
        ))}
      </div>
      <p className={classes.equation} aria-label={`Sum of ${of}`}>
        <span className={classes.total}>
          <strong className="num">{writeCount(sum.total)}</strong> {sum.totalLabel}
        </span>
        {writtenParts(sum).map((part, index) => (
          <span key={part.figure} className={classes.term}>
            <span className={classes.operator}>{index === 0 ? '=' : '+'}</span>
            <Term part={part} opened={opened === part.figure} {...(canOpen(part) ? { onOpen } : {})} />
          </span>
        ))}
      </p>
      {sum.missing !== 0 && (
        <p className={classes.imbalance} role="alert">
          The parts do not add up: {writeCount(Math.abs(sum.missing))} {sum.missing > 0 ? 'missing' : 'too many'}. This
          is a fault of the simulator, please report it.
        </p>
      )}
    </div>
  );
}

interface TermProps {
  readonly part: SumPart;
  readonly opened: boolean;
  readonly onOpen?: (part: SumPart) => void;
}

function Term({ part, opened, onOpen }: TermProps) {
  const inner = (
    <>
      <Mark kind={part.mark} size={13} plain={part.count === 0} />
      <strong className="num">{writeCount(part.count)}</strong> {part.label}
    </>
  );
  if (onOpen === undefined) {
    return (
      <span className={classes.figure} title={part.meaning} data-zero={part.count === 0 || undefined}>
        {inner}
      </span>
    );
  }
  return (
    <UnstyledButton
      className={classes.figure}
      title={part.meaning}
      data-zero={part.count === 0 || undefined}
      aria-expanded={opened}
      onClick={() => onOpen(part)}
    >
      {inner}
    </UnstyledButton>
  );
}
