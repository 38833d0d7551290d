/** Joins the open document with the simulation that runs it. Neither knows the other. */
import { saveNow, startAutosave } from '../document/autosave.ts';
import { bringBackBranch, showBranch } from '../document/branches.ts';
import { followJournal } from '../document/edit.ts';
import { setRuntime } from '../document/runtime.ts';
import { documentStore, type Forked, type Removed } from '../document/store.ts';
import { simulation } from '../simulation/client.ts';
import { frames } from '../simulation/frames.ts';
import { dismissNotice, simulationStore } from '../simulation/status.ts';
import { closeNotice, notify } from '../ui/notices.ts';
import { writeInstant } from '../ui/numbers.ts';
import { adoptPanels, openPanels } from './shell-store.ts';
import { sayOrphans } from '../features/branches/index.ts';

const NS_PER_MS = 1e6;

/** The instant shown. While playing the status lags up to a quarter of a second behind; the frames do not. */
function nowMs(): number {
  const { status, instantMs } = simulationStore.getState();
  return status === 'playing' ? Math.max(instantMs, Math.floor(frames.nowNs()) / NS_PER_MS) : instantMs;
}

type Scenario = Parameters<typeof simulation.load>[0];

async function run(scenario: Scenario, atMs: number, plays: boolean, sameStart: boolean): Promise<void> {
  try {
    await simulation.load(scenario, atMs, { sameStart });
    if (plays) simulation.play();
  } catch {
    // The status says that it failed; or a later load has taken its place.
  }
}

interface Wiring {
  /** An embedded page keeps nothing and leaves the panels alone. */
  readonly embedded: boolean;
}

/** Joins them, for as long as the page is there. */
export function wire({ embedded }: Wiring): void {
  setRuntime({
    now: nowMs,
    reached: () => Math.max(nowMs(), simulationStore.getState().horizonMs),
    started: () => simulationStore.getState().status === 'playing' || nowMs() > 0,
    apply: (entry) => simulation.apply(entry),
    load: (scenario, atMs, { opening, sameStart = false }) => {
      const { view } = scenario;
      const plays = opening ? view.playing === true : simulationStore.getState().status === 'playing';
      if (opening) simulation.setSpeed(view.speed ?? 1);
      if (opening && !embedded && view.panels !== undefined) {
        // The gallery names the panels that show its point; the rest of the screen is the person's.
        adoptPanels(view.panels, { onlyPanels: documentStore.getState().source === 'gallery' });
      }
      void run(scenario, atMs, plays, sameStart);
    },
    view: () => {
      const { speed } = simulationStore.getState();
      const view = documentStore.getState().scenario.view;
      return {
        instantMs: nowMs(),
        speed: Number.isFinite(speed) ? speed : 0,
        playing: false,
        ...(embedded ? {} : { panels: openPanels() }),
        ...(view.viewport === undefined ? {} : { viewport: view.viewport }),
      };
    },
  });
  simulationStore.subscribe((state, before) => {
    if (state.journalApplied !== before.journalApplied) followJournal(state.journalApplied);
    if (state.notice !== null && state.notice !== before.notice) {
      notify('warning', state.notice);
      dismissNotice();
    }
    // Where one stopped is worth keeping too, of what is kept anyway.
    if (state.status === 'paused' && before.status === 'playing') keepPlace();
  });
  documentStore.subscribe((state, before) => {
    if (state.refusal !== null && state.refusal !== before.refusal) notify('warning', state.refusal.text);
    if (state.forked !== before.forked) sayForked(state.forked);
    if (state.removed !== before.removed) sayRemoved(state.removed);
    if (state.saved === 'failed' && before.saved !== 'failed') {
      notify('error', 'Your work could not be saved in this browser. Download it as a file, or share it as a link.', {
        forMs: null,
      });
    }
  });
  if (embedded) return;
  startAutosave();
  document.addEventListener('visibilitychange', onHide);
}

let forkedNotice: number | null = null;

/** Says that a change in the past has begun a branch, and leads back to what was. */
function sayForked(forked: Forked | null): void {
  if (forkedNotice !== null) closeNotice(forkedNotice);
  const text =
    forked === null
      ? ''
      : `A new branch begins here, at ${writeInstant(forked.atMs)}. What you had is kept as “${forked.from.name}”.`;
  forkedNotice =
    forked === null
      ? null
      : notify('info', text, {
          action: { label: `Back to ${forked.from.name}`, perform: () => showBranch(forked.from.id) },
        });
}

let removedNotice: number | null = null;

/** Says what became of the branches of one that was deleted, and brings it back. */
function sayRemoved(removed: Removed | null): void {
  if (removedNotice !== null) closeNotice(removedNotice);
  removedNotice =
    removed === null
      ? null
      : notify('info', `“${removed.name}” is deleted.${sayOrphans(removed)}`, {
          action: { label: 'Bring it back', perform: bringBackBranch },
          forMs: 20_000,
        });
}

function keepPlace(): void {
  if (documentStore.getState().saved !== 'saved') return;
  documentStore.setState({ saved: 'saving' });
  void saveNow();
}

function onHide(): void {
  if (document.visibilityState !== 'hidden') return;
  keepPlace();
  void saveNow();
}
