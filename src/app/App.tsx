import { MantineProvider } from '@mantine/core';
import { useEffect } from 'react';
import { isEmbedded, listenToDrops } from '../features/sharing/index.ts';
import { Notices } from '../ui/Notices.tsx';
import { cssVariablesResolver, theme } from '../ui/theme.ts';
import { Dialogs } from './Dialogs.tsx';
import { EmbedView } from './EmbedView.tsx';
import { listenToKeys } from './keyboard.ts';
import { PanelBoundary } from './PanelBoundary.tsx';
import { rememberShell } from './shell-store.ts';
import { openFirst } from './startup.ts';
import { wire } from './wiring.ts';
import { Workbench } from './Workbench.tsx';

/** Everything, for as long as the page is there. */
export function App() {
  const embedded = isEmbedded();
  useEffect(() => {
    const stops = [wire({ embedded }), listenToKeys()];
    if (!embedded) stops.push(rememberShell(), listenToDrops());
    stops.push(openFirst({ embedded }));
    return () => {
      for (const stop of stops) stop();
    };
  }, [embedded]);
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <PanelBoundary what="The page">{embedded ? <EmbedView /> : <Workbench />}</PanelBoundary>
      <Dialogs />
      <Notices />
    </MantineProvider>
  );
}
