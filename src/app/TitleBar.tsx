import { Button } from '@mantine/core';
import { IconChevronDown, IconDotsVertical, IconShare } from '@tabler/icons-react';
import { IconButton } from '../ui/IconButton.tsx';
import { CommandButton } from './CommandButton.tsx';
import { CommandMenu } from './CommandMenu.tsx';
import { editCommands } from './commands/edit-commands.ts';
import { scenarioCommands } from './commands/scenario-commands.ts';
import { viewCommands } from './commands/view-commands.ts';
import { SavedState } from './SavedState.tsx';
import { SchemeMenu } from './SchemeMenu.tsx';
import { ScenarioTitle } from './ScenarioTitle.tsx';
import { openDialog } from './shell-store.ts';
import classes from './TitleBar.module.css';

const scenarioGroups = [
  [scenarioCommands.create, scenarioCommands.gallery, scenarioCommands.open],
  [scenarioCommands.settings, scenarioCommands.duplicate, scenarioCommands.versions],
  [scenarioCommands.import, scenarioCommands.export],
];

const phoneGroups = [
  [editCommands.undo, editCommands.redo],
  ...scenarioGroups,
  [scenarioCommands.commands, scenarioCommands.rules, scenarioCommands.help],
];

/** The bar at the top: what is open, what can be done with it as a whole. */
export function TitleBar({ narrow }: { readonly narrow: boolean }) {
  return (
    <header className={classes.bar}>
      <button
        type="button"
        className={classes.brand}
        aria-label="Sluice: open the gallery"
        onClick={() => openDialog('gallery')}
      >
        <img src="./favicon.svg" width={22} height={22} alt="" />
        {!narrow && <span>Sluice</span>}
      </button>
      {!narrow && (
        <CommandMenu
          label="Scenario"
          groups={scenarioGroups}
          target={
            <Button variant="subtle" color="gray" size="compact-sm" rightSection={<IconChevronDown size={13} />}>
              Scenario
            </Button>
          }
        />
      )}
      {!narrow && (
        <div className={classes.group}>
          <CommandButton command={editCommands.undo} />
          <CommandButton command={editCommands.redo} />
        </div>
      )}
      <div className={classes.middle}>
        <ScenarioTitle />
        {!narrow && <SavedState />}
      </div>
      <div className={classes.group}>
        {!narrow && (
          <>
            <CommandButton command={viewCommands.palette} />
            <CommandButton command={viewCommands.bottom} />
            <CommandButton command={viewCommands.inspector} />
            <span className={classes.rule} aria-hidden />
            <CommandButton command={scenarioCommands.export} />
          </>
        )}
        <SchemeMenu />
        {!narrow && <CommandButton command={scenarioCommands.help} />}
        <Button
          size="compact-sm"
          className={classes.share}
          leftSection={<IconShare size={15} />}
          onClick={() => openDialog('share')}
        >
          Share
        </Button>
        {narrow && (
          <CommandMenu
            label="Menu"
            groups={phoneGroups}
            target={
              <IconButton label="Menu">
                <IconDotsVertical size={18} />
              </IconButton>
            }
          />
        )}
      </div>
    </header>
  );
}
