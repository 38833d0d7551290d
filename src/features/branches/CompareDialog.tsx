import { Button, Modal, NativeSelect, Progress, Switch, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { branchRows, type BranchRow } from '../../../workers/scenario/branches.ts';
import type { Scenario } from '../../../workers/scenario/document.ts';
import { useDocument } from '../../document/store.ts';
import { simulation } from '../../simulation/client.ts';
import { simulationStore } from '../../simulation/status.ts';
import { writeInstant } from '../../ui/numbers.ts';
import { readInstant } from '../../ui/read-instant.ts';
import '../../ui/styles-late.ts';
import { ComparedTable } from './ComparedTable.tsx';
import { compareReports } from './comparison.ts';
import { deedsApart } from './deeds.ts';
import { useReports, type Comparison } from './use-reports.ts';
import classes from './compare.module.css';

/** Of what was done in a branch, the first so many are listed. */
const DEEDS_SHOWN = 6;

/** Two branches at the same instant, side by side. The run shown pauses, and stays where it is. */
export function CompareDialog({ onClose }: { readonly onClose: () => void }) {
  const scenario = useDocument((state) => state.scenario);
  const rows = useMemo(() => branchRows(scenario), [scenario]);
  const narrow = useMediaQuery('(max-width: 48em)') ?? false;
  const [comparison, setComparison] = useState(() => begin(rows));
  return (
    <Modal
      opened
      onClose={onClose}
      title="Compare branches"
      size={720}
      fullScreen={narrow}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {rows.length < 2 ? (
        <p className={classes.note}>
          There is only one branch. Go back in the run and change something: that begins another one.
        </p>
      ) : (
        <>
          <Choice rows={rows} comparison={comparison} onChange={setComparison} />
          <Deeds scenario={scenario} rows={rows} comparison={comparison} />
          <Outcome rows={rows} comparison={comparison} />
        </>
      )}
    </Modal>
  );
}

/** The branch shown against the one it left, or else any other. */
function begin(rows: readonly BranchRow[]): Comparison {
  simulation.pause();
  const shown = rows.find((row) => row.shown);
  const other = rows.find(({ id }) => id === shown?.parent) ?? rows.find((row) => !row.shown);
  return { left: other?.id ?? '', right: shown?.id ?? '', atMs: simulationStore.getState().instantMs };
}

interface ChoiceProps {
  readonly rows: readonly BranchRow[];
  readonly comparison: Comparison;
  readonly onChange: (comparison: Comparison) => void;
}

function Choice({ rows, comparison, onChange }: ChoiceProps) {
  const options = rows.map(({ id, name }) => ({ value: id, label: name }));
  const [text, setText] = useState(writeInstant(comparison.atMs));
  const atMs = readInstant(text);
  const go = () => {
    if (atMs !== null) onChange({ ...comparison, atMs });
  };
  return (
    <div className={classes.choice}>
      {(['left', 'right'] as const).map((side) => (
        <NativeSelect
          key={side}
          label={side === 'left' ? 'Compare' : 'With'}
          size="xs"
          data={options}
          value={comparison[side]}
          onChange={(event) => onChange({ ...comparison, [side]: event.currentTarget.value })}
        />
      ))}
      <TextInput
        label="At"
        size="xs"
        value={text}
        error={atMs === null ? 'Like 12.5 s or 1:05' : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={go}
        onKeyDown={(event) => {
          if (event.key === 'Enter') go();
        }}
      />
    </div>
  );
}

interface DeedsProps {
  readonly scenario: Scenario;
  readonly rows: readonly BranchRow[];
  readonly comparison: Comparison;
}

/** What the two were made to differ by. */
function Deeds({ scenario, rows, comparison: { left, right, atMs } }: DeedsProps) {
  const sides = useMemo(() => deedsApart(scenario, [left, right], atMs), [scenario, left, right, atMs]);
  return (
    <section className={classes.deeds} aria-label="What was done differently">
      {[left, right].map((id, side) => (
        <div key={`${side} ${id}`}>
          <h3>Only in {rows.find((row) => row.id === id)?.name ?? id}</h3>
          <ul>
            {(sides[side] ?? []).slice(0, DEEDS_SHOWN).map((deed, place) => (
              <li key={place}>
                <span className={classes.when}>{writeInstant(deed.atMs)}</span> {deed.words}
              </li>
            ))}
          </ul>
          {sides[side]?.length === 0 && <p>Nothing was done.</p>}
          {(sides[side]?.length ?? 0) > DEEDS_SHOWN && <p>and {(sides[side]?.length ?? 0) - DEEDS_SHOWN} more</p>}
        </div>
      ))}
    </section>
  );
}

function Outcome({ rows, comparison }: { readonly rows: readonly BranchRow[]; readonly comparison: Comparison }) {
  const [compared, stop] = useReports(comparison);
  const [onlyDifferent, setOnlyDifferent] = useState(true);
  const nameOf = (id: string) => rows.find((row) => row.id === id)?.name ?? id;
  switch (compared.kind) {
    case 'running':
      return (
        <div className={classes.running} role="status">
          <span>Running both to {writeInstant(comparison.atMs)}</span>
          <Progress value={compared.share * 100} aria-label="Progress" className={classes.progress ?? ''} />
          <Button size="xs" variant="default" onClick={stop}>
            Stop
          </Button>
        </div>
      );
    case 'stopped':
      return (
        <p className={classes.note} role="alert">
          {compared.why}.
        </p>
      );
    case 'done':
      return (
        <>
          <Switch
            size="xs"
            label="Only what differs"
            checked={onlyDifferent}
            onChange={(event) => setOnlyDifferent(event.currentTarget.checked)}
          />
          <ComparedTable
            parts={compareReports(compared.left, compared.right)}
            left={nameOf(comparison.left)}
            right={nameOf(comparison.right)}
            onlyDifferent={onlyDifferent}
          />
        </>
      );
    default:
      return compared satisfies never;
  }
}
