import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconRefresh,
} from '@tabler/icons-react';
import { ActionIcon, Loader, Tooltip, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { restartRun } from '../../document/actions.ts';
import { simulation } from '../../simulation/client.ts';
import { useSimulation } from '../../simulation/status.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { writeDuration } from '../../ui/numbers.ts';
import { shortcutText } from '../../ui/shortcut.ts';
import { MarkJumps } from './MarkJumps.tsx';
import { RunFacts } from './RunFacts.tsx';
import { SpeedControl } from './SpeedControl.tsx';
import { Timeline } from './Timeline.tsx';
import classes from './transport.module.css';

/** Shortcuts that the shell binds to the same actions, for the tooltips. */
export interface TransportShortcuts {
  readonly toggle?: string;
  readonly step?: string;
  readonly stepBack?: string;
  readonly toStart?: string;
  readonly restart?: string;
}

interface TransportProps {
  readonly shortcuts?: TransportShortcuts;
  /** Which branch of the run is shown. */
  readonly branches?: ReactNode;
}

/** Everything about time: going, pausing, stepping, speed, and the timeline to scrub. */
export function Transport({ shortcuts = {}, branches }: TransportProps) {
  const status = useSimulation((state) => state.status);
  const ready = status === 'playing' || status === 'paused' || status === 'seeking';
  return (
    <section className={classes.transport} aria-label="Playback">
      <div className={classes.buttons}>
        <IconButton
          label="To the start"
          shortcut={shortcuts.toStart}
          disabled={!ready}
          onClick={() => void simulation.seek(0)}
        >
          <IconPlayerSkipBack size={16} stroke={1.75} />
        </IconButton>
        <IconButton
          label="Step back one event"
          shortcut={shortcuts.stepBack}
          disabled={!ready}
          onClick={() => simulation.stepBack()}
        >
          <IconPlayerTrackPrev size={16} stroke={1.75} />
        </IconButton>
        <PlayButton shortcut={shortcuts.toggle} />
        <IconButton
          label="Step one event"
          shortcut={shortcuts.step}
          disabled={!ready}
          onClick={() => simulation.step()}
        >
          <IconPlayerTrackNext size={16} stroke={1.75} />
        </IconButton>
        <IconButton
          label="Restart the run"
          shortcut={shortcuts.restart}
          hint="Begins again with the design as it is now. To see this same run again, go to the start."
          onClick={restartRun}
        >
          <IconRefresh size={16} stroke={1.75} />
        </IconButton>
      </div>
      <RunFacts />
      <div className={classes.course}>
        <SpeedControl />
        {branches}
      </div>
      <Timeline />
      <div className={classes.jumps}>
        <MarkJumps />
        <EndButton />
      </div>
    </section>
  );
}

function PlayButton({ shortcut }: { readonly shortcut: string | undefined }) {
  const status = useSimulation((state) => state.status);
  if (status === 'loading' || status === 'recovering') {
    return (
      <span className={classes.busy} role="status" aria-label={status === 'loading' ? 'Loading' : 'Recovering'}>
        <Loader size={16} />
      </span>
    );
  }
  const playing = status === 'playing';
  const label = playing ? 'Pause' : 'Play';
  return (
    <Tooltip label={shortcut === undefined ? label : `${label} ${shortcutText(shortcut)}`}>
      <ActionIcon
        className={classes.play}
        variant="filled"
        color="water"
        size={34}
        radius="xl"
        aria-label={label}
        disabled={status === 'failed'}
        onClick={() => simulation.toggle()}
      >
        {playing ? <IconPlayerPauseFilled size={17} /> : <IconPlayerPlayFilled size={17} />}
      </ActionIcon>
    </Tooltip>
  );
}

/** Less than this behind the furthest instant counts as being there. */
const AT_END_MS = 1;

/** Says whether the run is at its furthest instant, and leads there. */
function EndButton() {
  const horizonMs = useSimulation((state) => state.horizonMs);
  const instantMs = useSimulation((state) => state.instantMs);
  const playing = useSimulation((state) => state.status === 'playing');
  const behindMs = horizonMs - instantMs;
  if (behindMs <= AT_END_MS) {
    return (
      <Tooltip label="At the furthest instant of this run: playing on computes what nobody has seen yet.">
        <span className={classes.live} data-live>
          <span className={classes.liveDot} /> {playing ? 'Live' : horizonMs === 0 ? 'Not started' : 'At the end'}
        </span>
      </Tooltip>
    );
  }
  return (
    <Tooltip label="To the furthest instant of this run">
      <UnstyledButton className={classes.live} onClick={() => void simulation.seek(horizonMs)}>
        <span className={classes.liveDot} /> {writeDuration(behindMs)} behind
      </UnstyledButton>
    </Tooltip>
  );
}
