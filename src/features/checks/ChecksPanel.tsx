import { Button, Menu } from '@mantine/core';
import { IconChecklist, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { addCheck } from '../../document/actions.ts';
import { documentStore, useDocument } from '../../document/store.ts';
import { useReport } from '../../simulation/polling.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { CheckRow } from './CheckRow.tsx';
import { alike, claimLabels, CLAIMS, draftCheck, subjectsOf, type Claim } from './check-words.ts';
import classes from './checks.module.css';

interface ChecksPanelProps {
  /** Opens the life of a message. */
  readonly onInspect: (messageId: number) => void;
}

/** Claims about the run, judged as it goes on. */
export function ChecksPanel({ onInspect }: ChecksPanelProps) {
  const checks = useDocument((state) => state.design.checks);
  const nodes = useDocument((state) => state.design.nodes);
  const verdicts = useReport()?.checks ?? [];
  const [edited, setEdited] = useState<string | null>(null);
  const possible = CLAIMS.filter((claim) => subjectsOf(claim, nodes).length > 0);

  if (checks.length === 0) {
    return (
      <EmptyState
        icon={<IconChecklist size={28} stroke={1.5} />}
        title="Nothing is claimed about this run"
        actions={possible.map((claim) => (
          <AddButton key={claim} claim={claim} onAdded={setEdited} />
        ))}
      >
        {possible.length === 0
          ? 'Add a producer or a consumer first: a check is a claim about one of them.'
          : 'A check is judged at every instant. One that fails names the moment and the messages.'}
      </EmptyState>
    );
  }
  const failing = verdicts.filter((verdict) => !verdict.holds).length;
  return (
    <div className={classes.panel}>
      <div className={classes.toolbar}>
        <p className={classes.tally} role="status" data-failing={failing > 0 || undefined}>
          {verdicts.length === 0
            ? 'Not judged yet'
            : failing === 0
              ? `All ${verdicts.length === 1 ? 'is well: the check holds' : `${verdicts.length} checks hold`}`
              : `${failing} of ${verdicts.length} ${failing === 1 ? 'fails' : 'fail'}`}
        </p>
        <AddMenu claims={possible} onAdded={setEdited} />
      </div>
      <ul className={classes.list} aria-label="Checks">
        {checks.map((check) => (
          <CheckRow
            key={check.id}
            check={check}
            nodes={nodes}
            verdict={verdicts.find(({ id }) => id === check.id) ?? null}
            edited={edited === check.id}
            onEdit={(on) => setEdited(on ? check.id : null)}
            onInspect={onInspect}
          />
        ))}
      </ul>
    </div>
  );
}

/** Adds a claim about the first node that has none like it; the selected one comes first. Returns the check's id. */
function add(claim: Claim): string | null {
  const { design, selection } = documentStore.getState();
  const subjects = subjectsOf(claim, design.nodes);
  const bySelection = [...subjects].sort(
    (a, b) => Number(selection.nodes.includes(b.id)) - Number(selection.nodes.includes(a.id)),
  );
  const free = bySelection.find(({ id }) => alike(design.checks, draftCheck(claim, id)) === undefined);
  const subject = free ?? bySelection[0];
  return subject === undefined ? null : addCheck(draftCheck(claim, subject.id));
}

interface AddButtonProps {
  readonly claim: Claim;
  readonly onAdded: (id: string | null) => void;
}

function AddButton({ claim, onAdded }: AddButtonProps) {
  return (
    <Button
      variant="default"
      leftSection={<IconPlus size={14} />}
      onClick={() => onAdded(withLimit(claim, add(claim)))}
    >
      {claimLabels[claim]}
    </Button>
  );
}

/** Only a check with a limit is opened for editing: the others are complete. */
function withLimit(claim: Claim, id: string | null): string | null {
  return claim === 'latencyBelow' || claim === 'lagBelow' || claim === 'availabilityAbove' ? id : null;
}

interface AddMenuProps {
  readonly claims: readonly Claim[];
  readonly onAdded: (id: string | null) => void;
}

function AddMenu({ claims, onAdded }: AddMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconPlus size={14} />}>
          Add a check
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {claims.map((claim) => (
          <Menu.Item key={claim} onClick={() => onAdded(add(claim))}>
            {claimLabels[claim]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
