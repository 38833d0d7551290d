import { TextInput, Tooltip } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { createPortal } from 'react-dom';
import { usePointerDrag, type PointerPlace } from '../../ui/pointer-drag.ts';
import { findItems, type PaletteItem, type Placeable } from './items.ts';
import classes from './palette.module.css';

/** What the palette drops on. The canvas is one. */
interface PaletteStage {
  /** While something is dragged; `at` is null when the drag is over. Returns whether it could be dropped there. */
  hover(item: Placeable, at: PointerPlace | null): boolean;
  /** Returns whether it was taken. */
  drop(item: Placeable, at: PointerPlace): boolean;
  /** Puts it somewhere fitting. */
  place(item: Placeable): void;
}

interface PaletteProps {
  readonly stage: PaletteStage;
  /** Called after something was put onto the canvas, e.g. to close the sheet on a phone. */
  readonly onPlaced?: () => void;
}

/**
 * Everything that can be put onto the canvas. Dragged there by mouse, pen or finger; or pressed, by click or Enter, which
 * puts it where there is room.
 */
export function Palette({ stage, onPlaced }: PaletteProps) {
  const [search, setSearch] = useState('');
  const [over, setOver] = useState(false);
  const { bind, drag } = usePointerDrag<PaletteItem>({
    onMove: (item, at) => setOver(stage.hover(item.placeable, at)),
    onDrop: (item, at) => {
      if (stage.drop(item.placeable, at)) onPlaced?.();
    },
  });
  const groups = findItems(search);
  const press = (item: PaletteItem) => {
    stage.place(item.placeable);
    onPlaced?.();
  };
  return (
    <nav className={classes.palette} aria-label="Things to add">
      <TextInput
        className={classes.search ?? ''}
        aria-label="Search what can be added"
        placeholder="Search"
        leftSection={<IconSearch size={14} aria-hidden />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          const [only] = groups;
          if (event.key === 'Enter' && only?.items[0] !== undefined && search.trim() !== '') press(only.items[0]);
          if (event.key === 'Escape' && search !== '') setSearch('');
        }}
      />
      {groups.map(({ family, label, items }) => (
        <div key={family} role="group" aria-labelledby={`palette-${family}`}>
          <h3 id={`palette-${family}`} className={classes.family}>
            {label}
          </h3>
          <ul className={classes.items}>
            {items.map((item) => (
              <li key={item.id}>
                <Tooltip
                  label={<ItemHelp item={item} />}
                  position="right"
                  maw={240}
                  openDelay={500}
                  disabled={drag !== null}
                >
                  <button
                    type="button"
                    className={classes.item}
                    data-part={item.into !== undefined}
                    aria-describedby={`palette-${item.id}`}
                    {...bind(item)}
                    onClick={() => press(item)}
                  >
                    <span className={classes.icon} aria-hidden>
                      <item.icon size={17} stroke={1.6} />
                    </span>
                    {item.label}
                  </button>
                </Tooltip>
                <span id={`palette-${item.id}`} hidden>
                  {item.summary} {item.into}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {groups.length === 0 && <p className={classes.none}>Nothing is called that.</p>}
      {drag !== null &&
        createPortal(
          <div className={classes.ghost} data-over={over} style={{ left: drag.at.x, top: drag.at.y }}>
            <drag.item.icon size={16} stroke={1.6} />
            {drag.item.label}
          </div>,
          document.body,
        )}
    </nav>
  );
}

function ItemHelp({ item }: { readonly item: PaletteItem }) {
  return (
    <span>
      {item.summary}
      <span className={classes.how}>{item.into ?? 'Drag it onto the canvas, or press Enter.'}</span>
    </span>
  );
}
