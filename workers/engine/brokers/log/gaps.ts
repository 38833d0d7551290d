/** Gaps: runs of offsets without a record for the reader. Its positions step over them, as nothing is there to be handed out. */
import type { CursorState, PartitionState } from './log-state.ts';
import { isPassedOver } from './partition.ts';

/** Notes the gaps among the offsets just fetched. What ends right before one ends behind it, too. */
export function passGaps(
  log: PartitionState,
  cursor: CursorState,
  { from, to, committedOnly }: { readonly from: number; readonly to: number; readonly committedOnly: boolean },
): void {
  for (let offset = from; offset < to; offset += 1) {
    if (!isPassedOver(log, offset, committedOnly)) continue;
    const start = offset;
    while (offset + 1 < to && isPassedOver(log, offset + 1, committedOnly)) offset += 1;
    const end = offset + 1;
    if (cursor.handed === start) cursor.handed = end;
    if (cursor.done === start) cursor.done = end;
    else cursor.gaps.push(start, end);
  }
}

/** A position behind a record, moved on over the gap that begins there. */
export function behindGap({ gaps }: CursorState, position: number): number {
  for (let i = 0; i < gaps.length; i += 2) if (gaps[i] === position) return gaps[i + 1]!;
  return position;
}

/** [KO3] Moves `done` on over what is finished and over gaps, as far as they follow on each other. */
export function moveDone(cursor: CursorState): void {
  const { doneAhead, gaps } = cursor;
  doneAhead.sort((a, b) => a - b);
  let passed = 0;
  let passedGaps = 0;
  for (;;) {
    // An offset is there twice when work went on while its partition was given up and taken up again.
    if (passed < doneAhead.length && doneAhead[passed]! <= cursor.done) {
      cursor.done = Math.max(cursor.done, doneAhead[passed]! + 1);
      passed += 1;
    } else if (passedGaps < gaps.length && gaps[passedGaps]! <= cursor.done) {
      cursor.done = Math.max(cursor.done, gaps[passedGaps + 1]!);
      passedGaps += 2;
    } else break;
  }
  doneAhead.splice(0, passed);
  gaps.splice(0, passedGaps);
}

/** What was fetched and not handed out will be fetched anew, and the gaps in it noted anew. */
export function forgetGaps(cursor: CursorState): void {
  let kept = 0;
  while (kept < cursor.gaps.length && cursor.gaps[kept]! < cursor.handed) kept += 2;
  cursor.gaps.splice(kept);
}
