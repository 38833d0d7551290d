import * as v from 'valibot';
import { choice, integer } from '../fields.ts';
import { defineNode } from './definition.ts';

const color = choice({
  label: 'Colour',
  help: 'Only for the eye.',
  options: { gray: 'Gray', yellow: 'Yellow', blue: 'Blue', green: 'Green', red: 'Red', violet: 'Violet' },
  default: 'yellow',
});

/** A text on the canvas. Simulates nothing. */
export const note = defineNode({
  kind: 'note',
  family: 'annotations',
  label: 'Note',
  summary: 'A text beside the diagram.',
  defaultName: 'Note',
  version: 1,
  parameters: {
    text: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(5000),
        v.metadata({ field: { label: 'Text', help: 'Plain text; line breaks are kept.' } }),
      ),
      '',
    ),
    color,
  },
  startingValues: {},
});

/** A labelled area behind other nodes. Simulates nothing. */
export const frame = defineNode({
  kind: 'frame',
  family: 'annotations',
  label: 'Frame',
  summary: 'A labelled area behind other nodes.',
  defaultName: 'Frame',
  version: 1,
  parameters: {
    width: integer({ label: 'Width', help: 'Width on the canvas.', unit: 'count', default: 420, min: 80, max: 10_000 }),
    height: integer({
      label: 'Height',
      help: 'Height on the canvas.',
      unit: 'count',
      default: 280,
      min: 60,
      max: 10_000,
    }),
    color,
  },
  startingValues: { color: 'gray' },
});
