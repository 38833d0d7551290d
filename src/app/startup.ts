/** What is open when the page has loaded: a link, the person's last work, or something to look at. */
import { openSaved, openScenario } from '../document/actions.ts';
import { readLastOpen } from '../document/library.ts';
import { firstExample } from '../features/gallery/index.ts';
import { followAddress, keepAddress, openFromAddress } from '../features/sharing/index.ts';
import { documentStore } from '../document/store.ts';
import { closeNotice, notify } from '../ui/notices.ts';
import { openDialog, shellStore } from './shell-store.ts';

interface Startup {
  readonly embedded: boolean;
}

/** Opens the first document, and then keeps it and the address in step. Returns how to stop. */
export function openFirst({ embedded }: Startup): () => void {
  const stops = [followAddress()];
  let stopped = false;
  void openSomething(embedded).finally(() => {
    if (!stopped && !embedded) stops.push(keepAddress());
  });
  return () => {
    stopped = true;
    for (const stop of stops) stop();
  };
}

async function openSomething(embedded: boolean): Promise<void> {
  const opened = await openFromAddress();
  if (opened === 'opened') return;
  const last = embedded ? null : await readLastOpen().catch(() => null);
  if (last !== null && (await openSaved(last))) return;
  await openScenario(await firstExample(), { source: 'gallery' });
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
