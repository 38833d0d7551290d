import { lazy, Suspense, type ComponentType } from 'react';
import { CompareDialog } from '../features/branches/index.ts';
import { Gallery } from '../features/gallery/index.ts';
import { RulesDialog } from '../features/rules/index.ts';
import { Arrivals, ImportDialog, ShareDialog } from '../features/sharing/index.ts';
import { openDialog, shellStore, useShell, type Dialog } from './shell-store.ts';

export interface DialogProps {
  readonly onClose: () => void;
}

/** Dialogs are loaded when they are first opened. */
const dialogs: Readonly<Record<Dialog, ComponentType<DialogProps>>> = {
  share: ShareDialog,
  import: ImportDialog,
  gallery: GalleryShown,
  compare: CompareDialog,
  rules: RulesShown,
  scenarios: lazy(async () => ({ default: (await import('./dialogs/ScenariosDialog.tsx')).ScenariosDialog })),
  versions: lazy(async () => ({ default: (await import('./dialogs/VersionsDialog.tsx')).VersionsDialog })),
  settings: lazy(async () => ({ default: (await import('./dialogs/SettingsDialog.tsx')).SettingsDialog })),
  help: lazy(async () => ({ default: (await import('./dialogs/HelpDialog.tsx')).HelpDialog })),
};

const CommandPalette = lazy(async () => ({ default: (await import('./dialogs/CommandPalette.tsx')).CommandPalette }));

/** The gallery, with the way to the person's own scenarios. */
function GalleryShown({ onClose }: DialogProps) {
  return <Gallery onClose={onClose} onOpenOwn={() => openDialog('scenarios')} onImport={() => openDialog('import')} />;
}

/** The rules, looking for what they were opened about. */
function RulesShown({ onClose }: DialogProps) {
  return <RulesDialog query={useShell((state) => state.rulesQuery)} onClose={onClose} />;
}

/** Whatever lies over the screen. */
export function Dialogs() {
  const dialog = useShell((state) => state.dialog);
  const commandsOpen = useShell((state) => state.commandsOpen);
  const Content = dialog === null ? null : dialogs[dialog];
  return (
    <Suspense fallback={null}>
      {Content !== null && <Content onClose={() => openDialog(null)} />}
      {commandsOpen && <CommandPalette onClose={() => shellStore.setState({ commandsOpen: false })} />}
      <Arrivals />
    </Suspense>
  );
}
