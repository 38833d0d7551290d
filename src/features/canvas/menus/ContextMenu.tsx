import { Menu } from '@mantine/core';
import { Fragment } from 'react';
import { shortcutText } from '../../../ui/shortcut.ts';
import { closeMenu, useCanvas } from '../canvas-store.ts';
import { menuFor } from './menu-items.ts';

/** The menu at the pointer, or at the focused element when it was opened with a key. */
export function ContextMenu() {
  const menu = useCanvas((state) => state.menu);
  if (menu === null) return null;
  const groups = menuFor(menu.target);
  if (groups.length === 0) return null;
  return (
    <Menu
      opened
      key={`${menu.x} ${menu.y}`}
      onClose={closeMenu}
      position="bottom-start"
      offset={2}
      returnFocus
      trapFocus
      width={220}
    >
      <Menu.Target>
        <span style={{ position: 'fixed', left: menu.x, top: menu.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {groups.map(({ label, items }, index) => (
          <Fragment key={items.map((item) => item.label).join()}>
            {index > 0 && <Menu.Divider />}
            {label !== undefined && <Menu.Label>{label}</Menu.Label>}
            {items.map(({ label: text, icon: Icon, shortcut, danger, perform }) => (
              <Menu.Item
                key={text}
                leftSection={<Icon size={15} stroke={1.6} />}
                rightSection={
                  shortcut === undefined ? null : (
                    <span style={{ opacity: 0.6, fontSize: 11 }}>{shortcutText(shortcut)}</span>
                  )
                }
                {...(danger === true ? { color: 'red' } : {})}
                onClick={() => {
                  closeMenu();
                  perform();
                }}
              >
                {text}
              </Menu.Item>
            ))}
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
