/**
 * Scenarios that arrive: by a link, a paste, a file. Whatever is in them, the person's own work stays: it is stored before
 * anything else is opened, and what cannot be opened is explained (`Arrivals.tsx`).
 */
import { createStore } from 'zustand/vanilla';
import type { Diagnostic } from '../../../workers/scenario/diagnostics.ts';
import type { Scenario } from '../../../workers/scenario/document.ts';
import { openSaved, openScenario } from '../../document/actions.ts';
import { documentStore } from '../../document/store.ts';
import { notify } from '../../ui/notices.ts';

type Origin = 'link' | 'file';

/** Something that could not be opened as it is. */
export interface Trouble {
  readonly origin: Origin;
  readonly diagnostics: readonly Diagnostic[];
  /** What can be opened all the same; null for nothing. */
  readonly rest: Scenario | null;
}

interface ArrivalsState {
  readonly trouble: Trouble | null;
  /** A file is being dragged over the page. */
  readonly dragging: boolean;
}

export const arrivalsStore = createStore<ArrivalsState>(() => ({ trouble: null, dragging: false }));

/** Larger files are not read: the largest document allowed is well below. */
const FILE_BYTES_MAX = 30_000_000;

/** Opens what has arrived in place of the present document, which stays among the person's own if it was theirs. */
async function openArrival(scenario: Scenario, origin: Origin, warnings: readonly Diagnostic[]): Promise<void> {
  const { saved, scenarioId } = documentStore.getState();
  await openScenario(scenario, { source: origin });
  const [first] = warnings;
  if (first !== undefined) {
    const more = warnings.length > 1 ? ` And ${warnings.length - 1} more.` : '';
    notify('warning', `${first.sentence}${more}`);
  } else if (saved !== 'unsaved') {
    notify('info', `“${scenario.title}” is open. What you had is under My scenarios.`, {
      action: { label: 'Back to it', perform: () => void openSaved(scenarioId) },
    });
  }
}

/** Opens the fragment of a link, looked at as `view` says. Resolves to false when there is trouble, which is then shown. */
export async function openLink(
  fragment: string,
  { quietly = false, view }: { readonly quietly?: boolean; readonly view?: unknown } = {},
): Promise<boolean> {
  const { decodeShare } = await import('../../../workers/scenario/share.ts');
  const shared = await decodeShare(fragment);
  if (!shared.ok) {
    arrivalsStore.setState({ trouble: { origin: 'link', diagnostics: shared.diagnostics, rest: shared.rest } });
    return false;
  }
  if (quietly && shared.diagnostics.length === 0) await openScenario(shared.scenario, { source: 'link', view });
  else await openArrival(shared.scenario, 'link', shared.diagnostics);
  return true;
}

/** Opens the text of a scenario file. Resolves to false when there is trouble, which is then shown. */
export async function openText(text: string): Promise<boolean> {
  const { validateText } = await import('../../../workers/scenario/validate.ts');
  const { scenario, diagnostics } = validateText(text);
  if (scenario !== null) {
    await openArrival(scenario, 'file', diagnostics);
    return true;
  }
  const lenient = validateText(text, { lenient: true });
  arrivalsStore.setState({
    trouble: {
      origin: 'file',
      diagnostics: lenient.scenario === null ? diagnostics : lenient.diagnostics,
      rest: lenient.scenario,
    },
  });
  return false;
}

/** The fragment in a text that is, or holds, a link of ours; null for any other text. */
export function fragmentIn(text: string): string | null {
  return /(?:^|#)(s\d{1,4}\.[\w.%-]+)/.exec(text.trim())?.[1] ?? null;
}

/** Opens whatever a person pasted: a link, or the text of a scenario. */
export async function pasteText(text: string): Promise<boolean> {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) return openText(trimmed);
  const fragment = fragmentIn(trimmed);
  if (fragment !== null) return openLink(fragment);
  if (trimmed !== '') notify('info', 'What is on the clipboard is neither a part of a scenario nor a link to one.');
  return false;
}

/** Opens a scenario file. */
export async function openFile(file: File): Promise<boolean> {
  if (file.size > FILE_BYTES_MAX) {
    notify('error', `“${file.name}” is larger than any scenario can be, so it was not opened.`);
    return false;
  }
  try {
    return await openText(await file.text());
  } catch {
    notify('error', `“${file.name}” could not be read.`);
    return false;
  }
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') === true;
}

function drag(dragging: boolean): void {
  if (arrivalsStore.getState().dragging !== dragging) arrivalsStore.setState({ dragging });
}

function onDragOver(event: DragEvent): void {
  if (!hasFiles(event)) return;
  event.preventDefault();
  drag(true);
}

function onDragLeave(event: DragEvent): void {
  // Leaving for another element is not leaving the page.
  if (event.relatedTarget === null) drag(false);
}

function onDrop(event: DragEvent): void {
  if (!hasFiles(event)) return;
  // Otherwise the browser would open the file in place of the app.
  event.preventDefault();
  drag(false);
  const file = event.dataTransfer?.files[0];
  if (file !== undefined) void openFile(file);
}

/** Accepts scenario files dropped anywhere on the page, for as long as it is there. */
export function listenToDrops(): void {
  addEventListener('dragover', onDragOver);
  addEventListener('dragleave', onDragLeave);
  addEventListener('drop', onDrop);
}
