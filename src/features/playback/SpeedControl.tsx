import { Popover, Tooltip, UnstyledButton } from '@mantine/core';
import { IconGauge } from '@tabler/icons-react';
import { useState, type CSSProperties } from 'react';
import { simulation } from '../../simulation/client.ts';
import { useSimulation } from '../../simulation/status.ts';
import { writeDuration } from '../../ui/numbers.ts';
import { fallsShort, saySpeed, speedIndex, SPEEDS, writeAchieved, writeSpeed } from './speeds.ts';
import classes from './transport.module.css';

const PRESETS = [0.01, 0.1, 1, 10, 100, Number.POSITIVE_INFINITY];

/** How fast simulated time passes, and how fast it really does where the machine cannot keep up. */
export function SpeedControl() {
  const speed = useSimulation((state) => state.speed);
  const achieved = useSimulation((state) =>
    state.status === 'playing' ? Number(state.achievedSpeed.toPrecision(2)) : 0,
  );
  const short = fallsShort(speed, achieved);
  const unbounded = speed === Number.POSITIVE_INFINITY && achieved > 0;
  const [opened, setOpened] = useState(false);
  return (
    <Popover position="top" withArrow trapFocus opened={opened} onChange={setOpened}>
      <Popover.Target>
        <Tooltip
          disabled={opened}
          label={short ? `Wanted ${writeSpeed(speed)}; this machine reaches ${writeAchieved(achieved)}` : 'Speed'}
        >
          <UnstyledButton
            className={classes.speed}
            aria-label={`Speed: ${saySpeed(speed)}${short || unbounded ? `, reaching ${writeAchieved(achieved)}` : ''}`}
            data-short={short || undefined}
            onClick={() => setOpened(!opened)}
          >
            <IconGauge size={15} stroke={1.75} aria-hidden />
            <span>{writeSpeed(speed)}</span>
            {(short || unbounded) && <span className={classes.achieved}>{writeAchieved(achieved)}</span>}
          </UnstyledButton>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={classes.speedMenu}>
        <label className={classes.speedLabel}>
          Speed <strong>{writeSpeed(speed)}</strong>
          <input
            type="range"
            className={classes.range}
            min={0}
            max={SPEEDS.length - 1}
            step={1}
            value={speedIndex(speed)}
            aria-valuetext={saySpeed(speed)}
            style={{ '--travel': speedIndex(speed) / (SPEEDS.length - 1) } as CSSProperties}
            onChange={(event) => setSpeed(SPEEDS[Number(event.currentTarget.value)] ?? 1)}
          />
        </label>
        <div className={classes.presets}>
          {PRESETS.map((preset) => (
            <UnstyledButton
              key={preset}
              className={classes.preset}
              aria-pressed={preset === speed}
              aria-label={saySpeed(preset)}
              onClick={() => setSpeed(preset)}
            >
              {writeSpeed(preset)}
            </UnstyledButton>
          ))}
        </div>
        <p className={classes.speedNote}>
          {short
            ? `This machine reaches ${writeAchieved(achieved)} with this scenario.`
            : Number.isFinite(speed)
              ? `A simulated second takes ${writeDuration(1000 / speed)}.`
              : 'As fast as this machine can.'}
        </p>
      </Popover.Dropdown>
    </Popover>
  );
}

function setSpeed(speed: number): void {
  simulation.setSpeed(speed);
}
