/** What is open when the page has loaded: a link, the person's last work, or something to look at. */
import { openSaved, openScenario } from '../document/actions.ts';
import { readLastOpen } from '../document/library.ts';
import { firstExample } from '../features/gallery/index.ts';
import { followAddress, isEmbedded, keepAddress, listenToDrops, openFromAddress } from '../features/sharing/index.ts';
import { documentStore } from '../document/store.ts';
import { closeNotice, notify } from '../ui/notices.ts';
import { listenToKeys } from './keyboard.ts';
import { openDialog, rememberShell, shellStore } from './shell-store.ts';
import { wire } from './wiring.ts';

/** Joins the parts of the page and opens the first document, once, for as long as the page is there. */
export function start(): void {
  const embedded = isEmbedded();
  wire({ embedded });
  listenToKeys({ embedded });
  followAddress();
  if (!embedded) {
    rememberShell();
    listenToDrops();
  }
  void openSomething(embedded).finally(() => {
    if (!embedded) keepAddress();
  });
}

async function openSomething(embedded: boolean): Promise<void> {
  const opened = await openFromAddress();
  if (opened === 'opened') return;
  const last = embedded ? null : await readLastOpen().catch(() => null);
  if (last !== null && (await openSaved(last))) return;
  try {
    await openScenario(await firstExample(), { source: 'gallery' });
  } catch {
    notify('warning', 'The gallery could not be loaded; you may be offline. An empty canvas works all the same.');
    return;
  }
  // Somebody whose link was broken has a dialog to read first.
  if (opened === 'none' && !embedded) welcome();
}

function welcome(): void {
  const id = notify('info', 'It runs already: change it, or break it. More are in the gallery.', {
    action: { label: 'Gallery', perform: () => openDialog('gallery') },
    forMs: 20_000,
  });
  // Whoever has found the way needs no sign.
  const stops = [
    shellStore.subscribe(({ dialog }) => dialog !== null && close()),
    documentStore.subscribe((state, before) => state.design !== before.design && close()),
  ];
  const close = () => {
    closeNotice(id);
    for (const stop of stops) stop();
  };
}
