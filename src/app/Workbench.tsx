import { useMediaQuery, useViewportSize } from '@mantine/hooks';
import { Suspense } from 'react';
import { Outline } from '../features/outline/index.ts';
import { Palette } from '../features/palette/index.ts';
import { Splitter } from '../ui/Splitter.tsx';
import { BottomPanels } from './BottomPanels.tsx';
import { CanvasArea } from './CanvasArea.tsx';
import { lazyStage } from './lazy-canvas.ts';
import { LazyInspector as Inspector } from './LazyInspector.tsx';
import { PanelBoundary } from './PanelBoundary.tsx';
import { PhoneSheet } from './PhoneSheet.tsx';
import { openRules, shellStore, USUAL, useShell } from './shell-store.ts';
import { TitleBar } from './TitleBar.tsx';
import { TransportBar } from './TransportBar.tsx';
import classes from './Workbench.module.css';

/** Up to this width the screen is laid out for a phone. */
const PHONE = '(max-width: 48em)';

/** The whole screen. */
export function Workbench() {
  const phone = useMediaQuery(PHONE, matchMedia(PHONE).matches, { getInitialValueInEffect: false });
  return (
    <div className={classes.screen}>
      <a className={classes.skip} href="#canvas" onClick={focusCanvas}>
        Skip to the canvas
      </a>
      <TitleBar narrow={phone} />
      {phone ? <PhoneBody /> : <DesktopBody />}
    </div>
  );
}

function showNode(id: string): void {
  lazyStage.show(id);
}

/** The fragment of the address is the scenario, so that a link within the page cannot use it. */
function focusCanvas(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('canvas')?.focus();
}

function DesktopBody() {
  const { width, height } = useViewportSize();
  const { paletteOpen, inspectorOpen, bottomOpen, paletteWidth, inspectorWidth, bottomHeight } = useShell(
    (state) => state,
  );
  const sideMax = Math.max(200, Math.floor(width * 0.35));
  const bottomMax = Math.max(120, Math.floor(height * 0.6));
  return (
    <>
      <div className={classes.middle}>
        {paletteOpen && (
          <aside className={classes.side} aria-label="Palette">
            <h2 className={classes.unseen}>Palette</h2>
            <div className={classes.sideBody} style={{ width: Math.min(paletteWidth, sideMax) }}>
              <PanelBoundary what="The palette">
                <Palette stage={lazyStage} />
              </PanelBoundary>
            </div>
            <Splitter
              label="Width of the palette"
              grows="right"
              size={Math.min(paletteWidth, sideMax)}
              min={160}
              max={sideMax}
              onSize={(size) => shellStore.setState({ paletteWidth: size })}
              onReset={() => shellStore.setState({ paletteWidth: USUAL.paletteWidth })}
            />
          </aside>
        )}
        <CanvasArea />
        {inspectorOpen && (
          <aside className={classes.side} aria-label="Inspector">
            <Splitter
              label="Width of the inspector"
              grows="left"
              size={Math.min(inspectorWidth, sideMax)}
              min={240}
              max={sideMax}
              onSize={(size) => shellStore.setState({ inspectorWidth: size })}
              onReset={() => shellStore.setState({ inspectorWidth: USUAL.inspectorWidth })}
            />
            <div className={classes.sideBody} style={{ width: Math.min(inspectorWidth, sideMax) }}>
              <PanelBoundary what="The inspector">
                <Suspense fallback={null}>
                  <Inspector onRules={openRules} />
                </Suspense>
              </PanelBoundary>
            </div>
          </aside>
        )}
      </div>
      <TransportBar />
      {bottomOpen && (
        <section className={classes.bottom} aria-label="Panels">
          <Splitter
            label="Height of the panels"
            grows="up"
            size={Math.min(bottomHeight, bottomMax)}
            min={120}
            max={bottomMax}
            onSize={(size) => shellStore.setState({ bottomHeight: size })}
            onReset={() => shellStore.setState({ bottomHeight: USUAL.bottomHeight })}
          />
          <div style={{ height: Math.min(bottomHeight, bottomMax) }}>
            <BottomPanels />
          </div>
        </section>
      )}
      <Outline onShow={showNode} />
    </>
  );
}

function PhoneBody() {
  return (
    <>
      <div className={classes.middle}>
        <CanvasArea />
      </div>
      <TransportBar />
      <PhoneSheet />
      <Outline onShow={showNode} />
    </>
  );
}
