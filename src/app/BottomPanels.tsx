import { useElementSize } from '@mantine/hooks';
import { IconChevronDown, IconX } from '@tabler/icons-react';
import { Suspense, useRef, type KeyboardEvent } from 'react';
import { IconButton } from '../ui/IconButton.tsx';
import classes from './BottomPanels.module.css';
import { PanelBoundary } from './PanelBoundary.tsx';
import { panelOf, panels } from './panels.ts';
import type { PanelId } from './panel-ids.ts';
import { inspectMessage, shellStore, togglePanel, useShell } from './shell-store.ts';

/** A panel needs at least this much room. */
const PANEL_WIDTH_MIN = 340;

/** The tabs at the bottom. Several panels can be open side by side; as many as there is room for are shown. */
export function BottomPanels() {
  const { ref, width } = useElementSize();
  const open = useShell((state) => state.panels);
  const room = Math.max(1, Math.floor(width / PANEL_WIDTH_MIN));
  const shown = width === 0 ? [] : open.slice(-room);
  return (
    <div className={classes.bottom} ref={ref}>
      <PanelTabs shown={shown} />
      <div className={classes.panes}>
        {shown.map((id) => (
          <Pane key={id} id={id} closable={shown.length > 1} />
        ))}
      </div>
    </div>
  );
}

/** Arrow keys move along the tabs, Space or Enter opens and closes; with Alt (or a double click) a panel is alone. */
function PanelTabs({ shown }: { readonly shown: readonly PanelId[] }) {
  const strip = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const tabs = [...(strip.current?.querySelectorAll<HTMLElement>('[role=tab]') ?? [])];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    tabs[(to + tabs.length) % tabs.length]?.focus();
    event.preventDefault();
  };
  const focusable = shown[0] ?? panels[0]?.id;
  return (
    <div className={classes.strip}>
      <div
        ref={strip}
        role="tablist"
        tabIndex={-1}
        aria-multiselectable
        aria-label="Panels"
        className={classes.tabs}
        onKeyDown={onKeyDown}
      >
        {panels.map(({ id, label, icon: Icon }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={shown.includes(id)}
            aria-controls={`panel-${id}`}
            tabIndex={id === focusable ? 0 : -1}
            className={classes.tab}
            onClick={(event) => togglePanel(id, { alone: event.altKey })}
            onDoubleClick={() => togglePanel(id, { alone: true })}
          >
            <Icon size={15} />
            {label}
          </button>
        ))}
      </div>
      <IconButton label="Fold the panels" size={24} onClick={() => shellStore.setState({ bottomOpen: false })}>
        <IconChevronDown size={15} />
      </IconButton>
    </div>
  );
}

function Pane({ id, closable }: { readonly id: PanelId; readonly closable: boolean }) {
  const { label, component: Content } = panelOf(id);
  const inspected = useShell((state) => state.inspected);
  return (
    <div className={classes.pane}>
      {closable && (
        <div className={classes.paneHead}>
          <span>{label}</span>
          <IconButton label={`Close ${label}`} size={20} onClick={() => togglePanel(id)}>
            <IconX size={13} />
          </IconButton>
        </div>
      )}
      {/* It takes the focus, so that it can be scrolled with the keyboard also where nothing in it does. */}
      <div className={classes.paneBody} role="tabpanel" id={`panel-${id}`} aria-labelledby={`tab-${id}`} tabIndex={0}>
        <PanelBoundary what={`The ${label.toLowerCase()} panel`}>
          <Suspense fallback={null}>
            <Content messageId={inspected} onInspect={inspectMessage} />
          </Suspense>
        </PanelBoundary>
      </div>
    </div>
  );
}
