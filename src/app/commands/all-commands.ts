import { addCommands } from './add-commands.ts';
import type { Command } from './command.ts';
import { editCommands } from './edit-commands.ts';
import { readingCommands } from './reading-commands.ts';
import { runCommands } from './run-commands.ts';
import { scenarioCommands } from './scenario-commands.ts';
import { panelCommands, viewCommands } from './view-commands.ts';

/** Every command, in the order in which the palette and the help list them. */
export const allCommands: readonly Command[] = [
  ...Object.values(runCommands),
  ...readingCommands,
  ...addCommands,
  ...Object.values(editCommands),
  ...Object.values(scenarioCommands),
  ...Object.values(viewCommands),
  ...panelCommands,
];
