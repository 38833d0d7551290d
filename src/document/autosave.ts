/**
 * Saves the open document as it changes. A document that came by a link, from the gallery or from a file is stored under
 * an id of its own with its first change, so that looking at something never touches the person's own work.
 */
import type { Scenario } from '../../workers/scenario/document.ts';
import { understood } from './judge.ts';
import { changeHead, replaceDocument, restartRun as restart } from './edit.ts';
import {
  deleteStored,
  keepVersion,
  readSaved,
  readVersion,
  renameStored,
  writeLastOpen,
  writeSaved,
} from './library.ts';
import { runtime } from './runtime.ts';
import { documentStore, emptyScenario, newScenarioId, type DocumentSource } from './store.ts';

/** Quiet time after a change before it is written. */
const SAVE_AFTER_MS = 500;
/** A version is kept at most this often while the person works. */
const VERSION_EVERY_MS = 3 * 60_000;

/** Revision of the stored record that the open document is based on; 0 while it is not stored. */
let revision = 0;
let versionKeptAt = 0;
let timer: ReturnType<typeof setTimeout> | null = null;
let writing: Promise<void> = Promise.resolve();

/** The open document with the view as it is now: what is saved and shared. */
export function currentScenario(): Scenario {
  const { scenario } = documentStore.getState();
  return { ...scenario, view: { ...scenario.view, ...runtime().view() } };
}

function schedule(): void {
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => void saveNow(), SAVE_AFTER_MS);
}

/** Writes what is not yet written. Never rejects: a failure is the state `failed`. */
export function saveNow(): Promise<void> {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  const { saved, scenarioId } = documentStore.getState();
  if (saved !== 'saving' && saved !== 'failed') return writing;
  const scenario = currentScenario();
  writing = writing.then(() => write(scenarioId, scenario));
  return writing;
}

async function write(id: string, scenario: Scenario): Promise<void> {
  const at = Date.now();
  try {
    let storedAs = id;
    let written = await writeSaved(id, scenario, revision, at);
    if (written === null) {
      // Another tab has saved the same scenario meanwhile: both are kept.
      storedAs = newScenarioId();
      written = await writeSaved(storedAs, { ...scenario, title: `${scenario.title} (copy)` }, 0, at);
    }
    await writeLastOpen(storedAs);
    if (at - versionKeptAt >= VERSION_EVERY_MS) {
      versionKeptAt = at;
      await keepVersion(storedAs, scenario, 'While working', at);
    }
    const { scenarioId, saved } = documentStore.getState();
    if (scenarioId !== id) return;
    revision = written ?? 0;
    const settled = timer === null && saved === 'saving';
    documentStore.setState({ scenarioId: storedAs, source: 'own', saved: settled ? 'saved' : saved });
  } catch {
    if (documentStore.getState().scenarioId === id) documentStore.setState({ saved: 'failed' });
  }
}

/** Saves from now on whenever the document changes. Returns how to stop. */
export function startAutosave(): () => void {
  const stop = documentStore.subscribe((state, before) => {
    if (opening || state.scenario === before.scenario) return;
    // How it is looked at is saved along with the next change, but is no change of its own to something merely opened.
    const viewOnly = { ...state.scenario, view: before.scenario.view };
    const looked = Object.entries(viewOnly).every(([key, value]) => before.scenario[key as keyof Scenario] === value);
    if (looked && state.saved === 'unsaved') return;
    if (state.saved !== 'saving') documentStore.setState({ saved: 'saving' });
    schedule();
  });
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
}

/** While a document is put in place its appearance is no change by the person. */
let opening = false;

interface OpenOptions {
  readonly source: DocumentSource;
  /** Of the stored record, for the person's own. */
  readonly id?: string;
  readonly revision?: number;
  /** How this tab looked at it last, of unknown form: goes before what the scenario itself says of that. */
  readonly view?: unknown;
}

/**
 * Opens a scenario in place of the present one, which is written first. The scenario must have passed the validator.
 */
export async function openScenario(
  given: Scenario,
  { source, id, revision: stored = 0, view }: OpenOptions,
): Promise<void> {
  await saveNow();
  const scenario = view === undefined ? given : ((await understood({ ...given, view })) ?? given);
  opening = true;
  try {
    revision = stored;
    versionKeptAt = 0;
    documentStore.setState({ scenarioId: id ?? newScenarioId(), source, saved: stored > 0 ? 'saved' : 'unsaved' });
    replaceDocument(scenario, { selection: selectionOf(scenario) });
  } finally {
    opening = false;
  }
  runtime().load(scenario, scenario.view.instantMs ?? 0, { opening: true });
  if (id !== undefined && stored > 0) await writeLastOpen(id).catch(() => {});
}

function selectionOf({ view }: Scenario) {
  const selected = view.selected ?? [];
  return { nodes: selected, edges: selected };
}

export function newScenario(): Promise<void> {
  return openScenario(emptyScenario(), { source: 'new' });
}

/** Opens one of the person's own. False when it is not there any more, or cannot be read. */
export async function openSaved(id: string, { view }: Pick<OpenOptions, 'view'> = {}): Promise<boolean> {
  await saveNow();
  const found = await readSaved(id).catch(() => null);
  if (found === null) return false;
  await openScenario(found.scenario, { source: 'own', id, revision: found.revision, view });
  return true;
}

/** Goes back to an earlier version of the open scenario. What it is now is kept as a version first. */
export async function openVersion(savedAt: number): Promise<boolean> {
  const { scenarioId } = documentStore.getState();
  await saveNow();
  const earlier = await readVersion(scenarioId, savedAt).catch(() => null);
  if (earlier === null) return false;
  await keepVersion(scenarioId, currentScenario(), 'Before going back', Date.now());
  await openScenario(earlier, { source: 'own', id: scenarioId, revision });
  documentStore.setState({ saved: 'saving' });
  await saveNow();
  return true;
}

/** Stores the open document under a new name, as another scenario, and goes on with that one. */
export async function saveCopy(title: string): Promise<void> {
  const copy = { ...currentScenario(), title };
  await openScenario(copy, { source: 'own' });
  documentStore.setState({ saved: 'saving' });
  await saveNow();
}

/** Renames a stored scenario; the open one is renamed where it is. */
export async function renameSaved(id: string, title: string): Promise<void> {
  if (id === documentStore.getState().scenarioId) changeHead(`Rename to ${title}`, { title });
  else await renameStored(id, title);
}

/** Deletes a stored scenario with its versions. The open one stays open, unsaved until its next change. */
export async function deleteSaved(id: string): Promise<void> {
  const open = id === documentStore.getState().scenarioId;
  if (open) {
    await saveNow();
    revision = 0;
    documentStore.setState({ scenarioId: newScenarioId(), saved: 'unsaved', source: 'new' });
  }
  await deleteStored(id);
}

/** Starts the run over (see `edit.ts`); a journal that this folds away is kept as a version of a stored scenario. */
export function restartRun(): void {
  const { scenario, scenarioId, saved } = documentStore.getState();
  if ((scenario.journal.length > 0 || scenario.branches !== undefined) && saved !== 'unsaved') {
    void keepVersion(scenarioId, currentScenario(), 'Before restarting the run', Date.now()).catch(() => {});
  }
  restart();
}
