import { MantineProvider } from '@mantine/core';
import { isEmbedded } from '../features/sharing/index.ts';
import { Notices } from '../ui/Notices.tsx';
import { cssVariablesResolver, theme } from '../ui/theme.ts';
import { Dialogs } from './Dialogs.tsx';
import { EmbedView } from './EmbedView.tsx';
import { PanelBoundary } from './PanelBoundary.tsx';
import { Workbench } from './Workbench.tsx';

/** Everything there is to see. */
export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto">
      <PanelBoundary what="The page">{isEmbedded() ? <EmbedView /> : <Workbench />}</PanelBoundary>
      <Dialogs />
      <Notices />
    </MantineProvider>
  );
}
