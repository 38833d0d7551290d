/**
 * Commands: what a person can do, as records. Buttons, keys, menus, the command palette and the help all read this one
 * list, so that they cannot disagree.
 */
import type { ComponentType } from 'react';
import { useSyncExternalStore } from 'react';
import { documentStore, type DocumentState } from '../../document/store.ts';
import { simulationStore, type SimulationState } from '../../simulation/status.ts';
import { shellStore, type ShellState } from '../shell-store.ts';

/** What decides whether a command can be performed, and what it is called just now. */
export interface Situation {
  readonly document: DocumentState;
  readonly simulation: SimulationState;
  readonly shell: ShellState;
}

export type CommandGroup = 'Run' | 'Add' | 'Edit' | 'Arrange' | 'Scenario' | 'View' | 'Help';

export interface Command {
  readonly id: string;
  readonly group: CommandGroup;
  readonly label: string | ((situation: Situation) => string);
  readonly icon: ComponentType<{ readonly size?: number }>;
  /** e.g. `Mod+Shift+Z`; the first is the one shown. */
  readonly shortcuts?: readonly string[];
  /** The browser's own clipboard events answer these keys (`keyboard.ts`); here they are only shown. */
  readonly nativeKeys?: boolean;
  /** Its keys work inside of a text field, too: nothing else can be meant by them there. */
  readonly whileTyping?: boolean;
  /** Holding the key repeats it. */
  readonly repeats?: boolean;
  /** Further words under which the palette finds it. */
  readonly keywords?: string;
  /** Absent: always. */
  readonly when?: (situation: Situation) => boolean;
  /** For what is switched on and off. */
  readonly checked?: (situation: Situation) => boolean;
  readonly perform: () => void;
}

function situation(): Situation {
  return { document: documentStore.getState(), simulation: simulationStore.getState(), shell: shellStore.getState() };
}

export function isPossible(command: Command): boolean {
  return command.when?.(situation()) ?? true;
}

export function labelOf(command: Command): string {
  return typeof command.label === 'string' ? command.label : command.label(situation());
}

/** Performs a command if it is possible now. Returns whether it was. */
export function perform(command: Command): boolean {
  if (!isPossible(command)) return false;
  command.perform();
  return true;
}

function subscribe(listener: () => void): () => void {
  const stops = [
    documentStore.subscribe(listener),
    simulationStore.subscribe(listener),
    shellStore.subscribe(listener),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export interface CommandState {
  readonly label: string;
  readonly possible: boolean;
  readonly checked: boolean;
}

/** How a command stands now; renders again only when that changes. */
export function useCommand(command: Command): CommandState {
  const label = useSyncExternalStore(subscribe, () => labelOf(command));
  const possible = useSyncExternalStore(subscribe, () => isPossible(command));
  const checked = useSyncExternalStore(subscribe, () => command.checked?.(situation()) ?? false);
  return { label, possible, checked };
}
