import { Button, NativeSelect, TextInput, Tooltip } from '@mantine/core';
import { IconBolt, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import type { Fault } from '../../../workers/scenario/document.ts';
import { addFault, causeFault, removeFault } from '../../document/actions.ts';
import { simulationStore } from '../../simulation/status.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { notify } from '../../ui/notices.ts';
import { writeInstant } from '../../ui/numbers.ts';
import {
  endings,
  faultAction,
  faultHelp,
  faultLabels,
  MOMENTARY,
  sayFault,
  type FaultKind,
  type FaultSettings,
} from './faults.ts';
import { parseQuantity } from './quantity.ts';
import { useDraft } from './use-draft.ts';
import classes from './inspector.module.css';

interface FaultsProps {
  readonly target: string;
  readonly kinds: readonly FaultKind[];
  /** What is wrong with the target now, as `trouble` says it. */
  readonly trouble: string;
  /** Instances of a consumer, brokers of a cluster; 0 for everything else. */
  readonly instances: number;
  readonly scripted: readonly Fault[];
}

/** What can be made to go wrong here: now, with a click, or at a time of the scenario. */
export function Faults({ target, kinds, trouble, instances, scripted }: FaultsProps) {
  const [settings, setSettings] = useState<FaultSettings>({
    forMs: 5000,
    factor: 5,
    position: { type: 'beginning' },
    instance: null,
  });
  const [atMs, setAtMs] = useState<number | null>(null);
  const set = (change: Partial<FaultSettings>) => setSettings((before) => ({ ...before, ...change }));
  if (kinds.length === 0) return null;
  const part = kinds.includes('isolate') ? 'broker' : 'instance';

  const cause = (kind: FaultKind) => {
    const action = faultAction(kind, target, settings);
    if (atMs === null) void causeFault(action);
    else {
      addFault({ ...action, atMs });
      // It is in the script, and the present run is past it.
      if (atMs < simulationStore.getState().instantMs)
        notify('info', `${writeInstant(atMs)} has passed in this run: the fault happens when the run is restarted.`);
    }
  };
  return (
    <section className={classes.section} aria-label="Faults">
      <div className={classes.sectionHead}>
        <h3 className={classes.sectionTitle}>Make it fail</h3>
      </div>
      <div className={classes.buttons}>
        {kinds.map((kind) => (
          <Tooltip key={kind} label={faultHelp[kind]} maw={260}>
            <Button variant="default" leftSection={<IconBolt size={14} />} onClick={() => cause(kind)}>
              {faultLabels[kind]}
            </Button>
          </Tooltip>
        ))}
        {endings(trouble, target).map((action) => (
          <Button
            key={action.do}
            variant="light"
            leftSection={<IconPlugConnected size={14} />}
            onClick={() => void causeFault(action)}
          >
            {action.do === 'slow' ? 'Back to speed' : faultLabels[action.do]}
          </Button>
        ))}
      </div>
      <div className={classes.faultSettings}>
        <QuantityBox label="When" placeholder="now" valueMs={atMs} onCommit={setAtMs} />
        {kinds.some((kind) => !MOMENTARY.has(kind)) && (
          <QuantityBox
            label="For"
            placeholder="until ended"
            valueMs={settings.forMs}
            onCommit={(forMs) => set({ forMs })}
          />
        )}
        {kinds.includes('slow') && <FactorBox value={settings.factor} onCommit={(factor) => set({ factor })} />}
        {instances > 1 && (
          <NativeSelect
            label={part === 'broker' ? 'Broker' : 'Instance'}
            size="xs"
            value={settings.instance === null ? '' : String(settings.instance)}
            onChange={({ currentTarget: { value } }) => set({ instance: value === '' ? null : Number(value) })}
            data={[
              { value: '', label: 'all' },
              ...Array.from({ length: instances }, (_, index) => ({ value: String(index), label: String(index) })),
            ]}
          />
        )}
      </div>
      {scripted.length > 0 && (
        <ul className={classes.list} aria-label="Scripted faults">
          {scripted.map((fault) => (
            <li key={fault.id} className={classes.item}>
              <span className={classes.itemText}>
                <span className="num">{writeInstant(fault.atMs, 1)}</span> {sayFault(fault, part)}
              </span>
              <IconButton label={`Remove: ${sayFault(fault, part)}`} size={22} onClick={() => removeFault(fault.id)}>
                <IconTrash size={14} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface QuantityBoxProps {
  readonly label: string;
  /** What an empty box means. */
  readonly placeholder: string;
  readonly valueMs: number | null;
  readonly onCommit: (valueMs: number | null) => void;
}

function QuantityBox({ label, placeholder, valueMs, onCommit }: QuantityBoxProps) {
  const draft = useDraft<number | null>({
    written: valueMs === null ? '' : writeSeconds(valueMs),
    commit: onCommit,
    read: (typed) => {
      if (typed.trim() === '') return { value: null };
      // A bare number means seconds here: faults last seconds, not milliseconds.
      const ms = parseQuantity(/^[\d.\s]+$/.test(typed) ? `${typed}s` : typed, 'ms');
      if (ms === null || ms < 0) return { refusal: 'Try 5s or 200ms.' };
      return ms > 86_400_000 ? { refusal: 'At most a day.' } : { value: ms };
    },
  });
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={draft.text}
      error={draft.refusal}
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.onBlur}
      onKeyDown={draft.onKeyDown}
    />
  );
}

function writeSeconds(ms: number): string {
  return ms % 100 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}

function FactorBox({ value, onCommit }: { readonly value: number; readonly onCommit: (value: number) => void }) {
  const draft = useDraft<number>({
    written: String(value),
    commit: onCommit,
    read: (typed) => {
      const factor = parseQuantity(typed, 'factor');
      return factor === null || factor < 0.01 || factor > 1000
        ? { refusal: 'Between 0.01 and 1,000.' }
        : { value: factor };
    },
  });
  return (
    <TextInput
      label="Slower by"
      value={draft.text}
      error={draft.refusal}
      rightSection={<span className={classes.dim}>×</span>}
      rightSectionPointerEvents="none"
      onChange={(event) => draft.type(event.currentTarget.value)}
      onBlur={draft.onBlur}
      onKeyDown={draft.onKeyDown}
    />
  );
}
