import { CopyButton, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { simulation } from '../../simulation/client.ts';
import { frames } from '../../simulation/frames.ts';
import { useSimulation } from '../../simulation/status.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { writeCount, writeInstant } from '../../ui/numbers.ts';
import { readInstant } from '../../ui/read-instant.ts';
import classes from './transport.module.css';

/** The simulated clock. Pressed, it takes an instant to go to and tells what identifies the run as it stands. */
export function RunFacts() {
  const [opened, setOpened] = useState(false);
  const seeking = useSimulation((state) => state.status === 'seeking');
  return (
    <Popover opened={opened} onChange={setOpened} position="top-start" trapFocus withArrow shadow="md" width={290}>
      <Popover.Target>
        <UnstyledButton
          className={classes.clock}
          data-seeking={seeking || undefined}
          aria-label="Go to an instant"
          onClick={() => setOpened(!opened)}
        >
          <Clock />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.facts ?? ''}>
        {opened && <Facts onGone={() => setOpened(false)} />}
      </Popover.Dropdown>
    </Popover>
  );
}

/** Written without rendering. */
function Clock() {
  const text = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const write = (): void => {
      const frame = frames.current();
      if (text.current !== null && frame !== null) text.current.textContent = writeInstant(frames.nowNs() / 1e6);
    };
    write();
    return frames.subscribePaced(write);
  }, []);
  return (
    <span ref={text} role="timer" aria-label="Simulated time">
      {writeInstant(0)}
    </span>
  );
}

function Facts({ onGone }: { readonly onGone: () => void }) {
  const { instantMs, events, messages, digest } = useSimulation((state) => state);
  return (
    <>
      <GoTo onGone={onGone} />
      <dl className={classes.factList}>
        <Fact name="Instant">{writeInstant(instantMs, 6)}</Fact>
        <Fact name="Messages">{writeCount(messages)}</Fact>
        <Fact name="Events">{writeCount(events)}</Fact>
        <Fact name="Digest">{digest}</Fact>
        <CopyButton value={digest}>
          {({ copied, copy }) => (
            <IconButton label={copied ? 'Copied' : 'Copy the digest'} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </IconButton>
          )}
        </CopyButton>
      </dl>
      <p className={classes.factHelp}>
        The same scenario, seed and instant give the same digest everywhere: it stands for every event so far.
      </p>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd aria-label={name}>{children}</dd>
    </>
  );
}

function GoTo({ onGone }: { readonly onGone: () => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const go = (): void => {
    const instantMs = readInstant(text);
    if (instantMs === null) {
      setProblem('Write it like 12.5 s, 800 ms, 1:05.25 or 2 min.');
      return;
    }
    onGone();
    void simulation.seek(instantMs);
  };
  return (
    <TextInput
      label="Go to"
      placeholder="12.5 s, 800 ms, 1:05"
      size="xs"
      data-autofocus
      value={text}
      error={problem}
      onChange={(event) => {
        setText(event.currentTarget.value);
        setProblem(null);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') go();
      }}
    />
  );
}
