import { BranchSwitcher } from '../features/branches/index.ts';
import { Transport, type TransportShortcuts } from '../features/playback/index.ts';
import { runCommands } from './commands/run-commands.ts';
import { PanelBoundary } from './PanelBoundary.tsx';
import { openDialog, shellStore, useShell } from './shell-store.ts';
import classes from './TransportBar.module.css';

const shortcuts: TransportShortcuts = {
  toggle: runCommands.play.shortcuts[0],
  step: runCommands.step.shortcuts[0],
  stepBack: runCommands.stepBack.shortcuts[0],
  toStart: runCommands.rewind.shortcuts[0],
  restart: runCommands.restart.shortcuts[0],
};

export function TransportBar() {
  return (
    <div className={classes.bar}>
      <PanelBoundary what="The playback bar">
        <Transport shortcuts={shortcuts} branches={<Branches />} />
      </PanelBoundary>
    </div>
  );
}

function Branches() {
  const opened = useShell((state) => state.branchesOpen);
  return (
    <BranchSwitcher
      opened={opened}
      onOpened={(branchesOpen) => shellStore.setState({ branchesOpen })}
      onCompare={() => openDialog('compare')}
    />
  );
}
