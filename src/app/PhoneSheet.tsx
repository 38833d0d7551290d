import { IconAdjustmentsHorizontal, IconPlus, IconX } from '@tabler/icons-react';
import { Suspense, type ComponentType } from 'react';
import { Palette } from '../features/palette/index.ts';
import { IconButton } from '../ui/IconButton.tsx';
import { lazyStage } from './lazy-canvas.ts';
import { LazyInspector as Inspector } from './LazyInspector.tsx';
import { PanelBoundary } from './PanelBoundary.tsx';
import { panelOf, panels } from './panels.ts';
import classes from './PhoneSheet.module.css';
import { inspectMessage, openRules, shellStore, useShell, type Sheet } from './shell-store.ts';

interface SheetTab {
  readonly id: Sheet;
  readonly label: string;
  readonly icon: ComponentType<{ readonly size?: number }>;
}

const tabs: readonly SheetTab[] = [
  { id: 'palette', label: 'Add', icon: IconPlus },
  { id: 'inspector', label: 'Inspector', icon: IconAdjustmentsHorizontal },
  ...panels,
];

/** On a phone: everything but canvas and playback, as a sheet that slides up over half of the screen. */
export function PhoneSheet() {
  const sheet = useShell((state) => state.sheet);
  const tab = tabs.find(({ id }) => id === sheet);
  return (
    <>
      {tab !== undefined && (
        <section className={classes.sheet} aria-label={tab.label}>
          <div className={classes.head}>
            <h2 className={classes.title}>{tab.label}</h2>
            <IconButton label="Close" onClick={() => shellStore.setState({ sheet: null })}>
              <IconX size={16} />
            </IconButton>
          </div>
          <div className={classes.body}>
            <PanelBoundary key={tab.id} what={`The ${tab.label.toLowerCase()} panel`}>
              <Suspense fallback={null}>
                <SheetContent sheet={tab.id} />
              </Suspense>
            </PanelBoundary>
          </div>
        </section>
      )}
      <nav className={classes.tabs} aria-label="Panels">
        {tabs.map(({ id, label, icon: Icon }) => (
          <button
            key={id}
            type="button"
            className={classes.tab}
            aria-expanded={id === sheet}
            onClick={() => shellStore.setState({ sheet: id === sheet ? null : id })}
          >
            <Icon size={19} />
            <span>{label}</span>
          </button>
        ))}
      </nav>
    </>
  );
}

function SheetContent({ sheet }: { readonly sheet: Sheet }) {
  const inspected = useShell((state) => state.inspected);
  if (sheet === 'palette') return <Palette stage={lazyStage} onPlaced={() => shellStore.setState({ sheet: null })} />;
  if (sheet === 'inspector') return <Inspector onRules={openRules} />;
  const { component: Content } = panelOf(sheet);
  return <Content messageId={inspected} onInspect={inspectMessage} />;
}
