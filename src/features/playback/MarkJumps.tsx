import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useMarks } from '../../simulation/polling.ts';
import { useSimulation } from '../../simulation/status.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { jumpToMark } from './jumps.ts';
import { neighbouringMark } from './timeline.ts';
import { MarkIcon } from './MarkIcon.tsx';
import classes from './transport.module.css';

/** To the previous and the next anomaly. */
export function MarkJumps() {
  const marks = useMarks();
  const instantMs = useSimulation((state) => state.instantMs);
  const before = neighbouringMark(marks, 'anomaly', instantMs, -1);
  const after = neighbouringMark(marks, 'anomaly', instantMs, 1);
  return (
    <span className={classes.jumpPair}>
      <IconButton
        label="Previous anomaly"
        hint={before?.label ?? 'None before this instant.'}
        size={24}
        disabled={before === null}
        onClick={() => void jumpToMark(-1)}
      >
        <IconChevronLeft size={15} />
      </IconButton>
      <MarkIcon kind="anomaly" size={13} />
      <IconButton
        label="Next anomaly"
        hint={after?.label ?? 'None known after this instant.'}
        size={24}
        disabled={after === null}
        onClick={() => void jumpToMark(1)}
      >
        <IconChevronRight size={15} />
      </IconButton>
    </span>
  );
}
