/** The address is the scenario: opening what it holds, and keeping it up to date. */
import { currentScenario, openSaved } from '../../document/actions.ts';
import { documentStore } from '../../document/store.ts';
import { simulationStore } from '../../simulation/status.ts';
import { openLink } from './arrivals.ts';
import { fragmentOf } from './link.ts';

/** Quiet time after a change before the address follows. Browsers refuse more than about three changes a second. */
const WRITE_AFTER_MS = 700;
/** While the run plays nothing is quiet: then the address follows this often. */
const WRITE_WHILE_PLAYING_MS = 5000;

/** The fragment that this page itself put into the address. */
let written: string | null = null;
/** What stands in the address cannot be opened: the next one is put beside it, so that the way back still leads to it. */
let besideTrouble = false;

/** Whether the page stands in a frame of another one, as canvas and playback alone. */
export function isEmbedded(): boolean {
  return new URLSearchParams(location.search).get('embed') === '1';
}

/** The same scenario in the whole app. */
export function fullAddress(): string {
  const url = new URL(location.href);
  url.searchParams.delete('embed');
  return url.href;
}

function fragmentOfAddress(): string {
  return location.hash.replace(/^#/, '');
}

/** The person's own scenario that this entry of the browser's history showed: it survives a reload, a pasted link has none. */
function ownScenarioOfEntry(): string | null {
  const state: unknown = history.state;
  if (typeof state !== 'object' || state === null || !('sluice' in state)) return null;
  return typeof state.sluice === 'string' ? state.sluice : null;
}

const LEFT_KEY = 'sluice.left';

/** Notes, for a reload of this tab, how the scenario was looked at last: the address and what is stored lag behind. */
function noteView(): void {
  const { saved, scenarioId } = documentStore.getState();
  const of = saved === 'unsaved' ? fragmentOfAddress() : scenarioId;
  try {
    sessionStorage.setItem(LEFT_KEY, JSON.stringify({ of, view: currentScenario().view }));
  } catch {
    // Storage is blocked or full: the page comes back a little earlier.
  }
}

/** What was noted of the scenario with that id or fragment, of unknown form; undefined for nothing. */
function viewNotedOf(wanted: string): unknown {
  try {
    const { of, view } = JSON.parse(sessionStorage.getItem(LEFT_KEY) ?? '{}') as Readonly<Record<string, unknown>>;
    return of === wanted ? view : undefined;
  } catch {
    return undefined;
  }
}

/** Opens what the address holds. `trouble`: it holds something that cannot be opened, which is then shown. */
export async function openFromAddress(): Promise<'opened' | 'none' | 'trouble'> {
  const own = ownScenarioOfEntry();
  if (own !== null && (await openSaved(own, { view: viewNotedOf(own) }))) return 'opened';
  const fragment = fragmentOfAddress();
  if (fragment === '') return 'none';
  besideTrouble = !(await openLink(fragment, { quietly: true, view: viewNotedOf(fragment) }));
  return besideTrouble ? 'trouble' : 'opened';
}

async function onHashChange(): Promise<void> {
  const fragment = fragmentOfAddress();
  if (fragment === '' || fragment === written) return;
  besideTrouble = !(await openLink(fragment));
  if (besideTrouble) writeSoon(0);
}

/** Opens links that are put into the address of the open page, for as long as it is there. */
export function followAddress(): void {
  addEventListener('hashchange', () => void onHashChange());
}

async function writeAddress(): Promise<void> {
  const { saved, scenarioId } = documentStore.getState();
  const fragment = await fragmentOf(currentScenario());
  const address = `${location.pathname}${location.search}${fragment === null ? '' : `#${fragment}`}`;
  const state = saved === 'unsaved' ? null : { sluice: scenarioId };
  written = fragment ?? '';
  try {
    if (besideTrouble) history.pushState(state, '', address);
    else history.replaceState(state, '', address);
    besideTrouble = false;
  } catch {
    // Too many changes in a short time, says the browser. The next one tries again.
  }
}

let timer: ReturnType<typeof setTimeout> | null = null;

function writeSoon(afterMs: number): void {
  if (timer !== null) clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    // Never while something moves: encoding a large scenario takes a few milliseconds.
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void writeAddress(), { timeout: 2000 });
    else void writeAddress();
  }, afterMs);
}

/** Keeps the address up to date from now on, for as long as the page is there. */
export function keepAddress(): void {
  documentStore.subscribe((state, before) => {
    const same = state.scenario === before.scenario && state.scenarioId === before.scenarioId;
    if (!same || (state.saved !== before.saved && before.saved === 'unsaved')) writeSoon(WRITE_AFTER_MS);
  });
  simulationStore.subscribe(({ status, instantMs }, before) => {
    if (status === before.status && instantMs === before.instantMs) return;
    if (status !== 'playing') writeSoon(WRITE_AFTER_MS);
    else if (timer === null) writeSoon(WRITE_WHILE_PLAYING_MS);
  });
  addEventListener('pagehide', noteView);
  writeSoon(0);
}
