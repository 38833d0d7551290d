/** The measures by which lanes with a queue are laid out: a queue is narrower than a log. */
import type { ScenarioNode } from '../document.ts';
import { laneFrameOf, laneNoteAt, type NoteColor } from './example.ts';

/** Left edges of the columns of a lane, in flow coordinates: nodes are at most 240, 280, 280 and 240 wide. */
export const COLUMN = { producer: 0, topic: 340, consumer: 720, note: 1040 } as const;

/** A labelled area around one lane, whose nodes stand around `middleY`. */
export function laneFrame(id: string, name: string, middleY: number, height: number): ScenarioNode {
  return laneFrameOf(id, name, middleY, { width: COLUMN.note + 240, height });
}

/** A note in the last column, beside the lane around `middleY`. */
export function laneNote(id: string, middleY: number, text: string, color: NoteColor): ScenarioNode {
  return laneNoteAt(id, { x: COLUMN.note, middleY }, text, color);
}
