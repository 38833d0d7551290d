import { findItems } from '../../features/palette/index.ts';
import { lazyStage } from '../lazy-canvas.ts';
import type { Command } from './command.ts';

/** One command for everything that the palette offers. */
export const addCommands: readonly Command[] = findItems('')
  .flatMap(({ items }) => items)
  .map(({ id, label, icon, keywords, placeable }) => ({
    id: `add.${id}`,
    group: 'Add',
    label: `Add a ${label.toLowerCase()}`.replace(/^Add a (?=[aeiou])/, 'Add an '),
    icon,
    keywords: `new create ${keywords}`,
    // A part goes into the node that is selected.
    when: ({ document: { design, selection } }) => {
      if (placeable.type === 'node') return true;
      const kind = placeable.type === 'partition' ? 'topic' : 'consumer';
      return design.nodes.some((node) => node.kind === kind && selection.nodes.includes(node.id));
    },
    perform: () => lazyStage.place(placeable),
  }));
