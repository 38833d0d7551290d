import { UnstyledButton } from '@mantine/core';
import { IconArrowRight, IconCheck, IconDice5, IconX } from '@tabler/icons-react';
import { select } from '../../../document/actions.ts';
import classes from './route-tester.module.css';

interface TestedWayProps {
  readonly edge: string;
  /** What a message has to be like to go this way. */
  readonly asks: string;
  /** Name of who it would come to. */
  readonly to: string;
  readonly matches: boolean;
  readonly because: string;
  /** Whether it takes luck as well. */
  readonly drawn?: boolean;
}

/** One way that the message which is tried could go: whether it does, and why. Pressing it selects the edge. */
export function TestedWay({ edge, asks, to, matches, because, drawn = false }: TestedWayProps) {
  const Icon = matches ? (drawn ? IconDice5 : IconCheck) : IconX;
  return (
    <li>
      <UnstyledButton className={classes.verdict} data-matches={matches} onClick={() => select({ edges: [edge] })}>
        <Icon size={14} stroke={2.4} className={classes.mark} aria-label={matches ? 'Matches:' : 'Does not match:'} />
        <span className={classes.binding}>
          <span className={classes.key}>{asks}</span>
          <IconArrowRight size={12} className={classes.arrow} aria-label="to" />
          <span>{to}</span>
        </span>
        <span className={classes.because}>{because}</span>
      </UnstyledButton>
    </li>
  );
}
