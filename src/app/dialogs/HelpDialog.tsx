import { Anchor, Modal } from '@mantine/core';
import { Keys } from '../../ui/Keys.tsx';
import { Mark } from '../../ui/marks.tsx';
import { STATE_KINDS, stateLabels, type StateKind } from '../../ui/states.ts';
import '../../ui/styles-late.ts';
import { allCommands } from '../commands/all-commands.ts';
import { labelOf, type Command, type CommandGroup } from '../commands/command.ts';
import type { DialogProps } from '../Dialogs.tsx';
import { openRules } from '../shell-store.ts';
import classes from './HelpDialog.module.css';

/** What each mark stands for, in a sentence (`domain.md`, identity and the ledger). */
const MEANINGS: Readonly<Record<StateKind, string>> = {
  applied: 'the effect took place',
  duplicate: 'the effect took place again',
  lost: 'the source was told that it arrived, and it can no longer be applied',
  'out-of-order': 'applied after a later one of the same key',
  dead: 'put aside by rule, or archived after too many deliveries',
  stale: 'read older than a write that was already done',
  waiting: 'on its way',
  refused: 'the source was told no',
  unknown: 'the source cannot know',
  gone: 'unknown to its source, and can no longer be applied',
  expired: 'deleted before it was read',
  superseded: 'compacted away before it was read: a later one of its key stands for it',
  unexpected: 'applied although refused, aborted or never sent',
  skipped: 'stepped over by a consumer',
};

const GROUPS: readonly CommandGroup[] = ['Run', 'Edit', 'Arrange', 'Scenario', 'View', 'Help'];

/** Keys of the canvas, which listens for them itself. */
const CANVAS_KEYS: readonly (readonly [string, string])[] = [
  ['Tab', 'From node to node'],
  ['ArrowRight', 'Move the selected node'],
  ['C', 'Connect: then Tab to the other end and Enter'],
  ['Enter', 'Select'],
  ['Escape', 'Let go'],
];

/** Keys, and what the marks mean. */
export function HelpDialog({ onClose }: DialogProps) {
  return (
    <Modal opened onClose={onClose} title="Help" size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      <p className={classes.lead}>
        Drag things from the palette onto the canvas, connect them by their sides, press play, and break something. What
        happens to every message is kept account of: click a count of losses, duplicates or disorder to see the messages
        behind it. Every rule by which a broker or a client acts here is written down, with its source and with what is
        simplified or left out:{' '}
        <Anchor component="button" type="button" inherit onClick={() => openRules('')}>
          what the engine does
        </Anchor>
        .
      </p>
      <h3 className={classes.heading}>Marks</h3>
      <ul className={classes.marks}>
        {STATE_KINDS.map((kind) => (
          <li key={kind}>
            <Mark kind={kind} size={15} />
            <span>
              <b>{stateLabels[kind]}</b>: {MEANINGS[kind]}
            </span>
          </li>
        ))}
      </ul>
      <h3 className={classes.heading}>Keys</h3>
      <div className={classes.columns}>
        <KeyTable title="Canvas" rows={CANVAS_KEYS} />
        {GROUPS.map((group) => (
          <KeyTable
            key={group}
            title={group}
            rows={allCommands.filter((command) => command.group === group).flatMap(rowsOf)}
          />
        ))}
      </div>
    </Modal>
  );
}

function rowsOf(command: Command): readonly (readonly [string, string])[] {
  const label = labelOf(command).replace(/…$|: .*$/, '');
  return (command.shortcuts ?? []).slice(0, 1).map((shortcut) => [shortcut, label] as const);
}

function KeyTable({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [string, string])[] }) {
  if (rows.length === 0) return null;
  return (
    <section className={classes.table}>
      <h4 className={classes.group}>{title}</h4>
      <dl>
        {rows.map(([shortcut, label]) => (
          <div key={`${shortcut} ${label}`} className={classes.row}>
            <dt>{label}</dt>
            <dd>
              <Keys shortcut={shortcut} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
