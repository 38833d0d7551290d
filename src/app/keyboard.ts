/** From keys to commands. */
import { copy } from '../document/actions.ts';
import { allCommands } from './commands/all-commands.ts';
import { perform, type Command } from './commands/command.ts';
import { pasteAnything, removeSelected } from './commands/edit-commands.ts';
import { runCommands } from './commands/run-commands.ts';
import { shellStore } from './shell-store.ts';
import { shortcutOf } from './shortcut-of.ts';

const TYPING =
  'input:not([type=checkbox], [type=radio], [type=range], [type=button]), textarea, select, [contenteditable=true]';
/** Where Space and Enter press what has the focus. */
const PRESSES =
  'button, a[href], [role=button], [role=tab], [role=menuitem], [role=option], [role=switch], input, summary';
/** Where arrows, Home and End already mean something. */
const MOVES = '[role=slider], [role=tab], [role=separator], [role=menuitem], input[type=range]';

const byShortcut = new Map<string, Command>();

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(TYPING) !== null;
}

function dialogIsOpen(): boolean {
  return document.querySelector('[role=dialog], [role=menu], [role=listbox]') !== null;
}

/** Whether the key means something else where it was pressed. */
function isTaken(event: KeyboardEvent, shortcut: string): boolean {
  const { target } = event;
  if (event.defaultPrevented || event.isComposing) return true;
  if (!(target instanceof Element)) return false;
  if (shortcut === 'Space') return target.closest(`${PRESSES}, .react-flow__node, .react-flow__edge`) !== null;
  if (shortcut === 'Home') return target.closest(MOVES) !== null;
  return false;
}

/** What is typed before the palette of commands is there, or has the focus, is meant for it. */
function typesAhead({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (key.length !== 1 || ctrlKey || metaKey || altKey || !shellStore.getState().commandsOpen) return false;
  return !(target instanceof Element) || target.closest('[role=dialog]') === null;
}

function onKeyDown(event: KeyboardEvent): void {
  if (typesAhead(event)) {
    event.preventDefault();
    shellStore.setState(({ commandsQuery }) => ({ commandsQuery: commandsQuery + event.key }));
    return;
  }
  const shortcut = shortcutOf(event);
  const command = byShortcut.get(shortcut);
  if (command === undefined || isTaken(event, shortcut) || dialogIsOpen()) return;
  if (isTyping(event.target) && command.whileTyping !== true) return;
  if (event.repeat && command.repeats !== true) return;
  // Also where it is impossible just now: Mod+S must never save the page instead.
  if (perform(command) || shortcut.startsWith('Mod+')) event.preventDefault();
}

/** The clipboard's own events give its text without asking the person for permission. */
function onCopy(event: ClipboardEvent): void {
  if (isTyping(event.target) || dialogIsOpen() || String(getSelection() ?? '') !== '') return;
  const text = copy();
  if (text === null) return;
  event.clipboardData?.setData('text/plain', text);
  event.preventDefault();
  if (event.type === 'cut') removeSelected();
}

function onPaste(event: ClipboardEvent): void {
  if (isTyping(event.target) || dialogIsOpen()) return;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text === '') return;
  event.preventDefault();
  void pasteAnything(text);
}

/**
 * Listens for as long as the page is there. In a frame of another page only playback has keys: the rest of the keyboard is
 * that page's.
 */
export function listenToKeys({ embedded }: { readonly embedded: boolean }): void {
  for (const command of embedded ? Object.values<Command>(runCommands) : allCommands) {
    if (command.nativeKeys === true) continue;
    for (const shortcut of command.shortcuts ?? []) byShortcut.set(shortcut, command);
  }
  addEventListener('keydown', onKeyDown);
  if (embedded) return;
  document.addEventListener('copy', onCopy);
  document.addEventListener('cut', onCopy);
  document.addEventListener('paste', onPaste);
}
