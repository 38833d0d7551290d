import { sayFault } from '../scenario/change-words.ts';
import type { Design, Fault, FaultAction, JournalEntry, Scenario } from '../scenario/document.ts';
import type { TimelineMark } from '../protocol/commands.ts';

/** Marks of what the document knows of a run: scripted faults and the journal, in order of time. */
export function documentMarks(scenario: Scenario, journal: readonly JournalEntry[]): readonly TimelineMark[] {
  const scripted = [...scenario.faults, ...journal.flatMap(faultsAdded)].map((fault) =>
    mark(scenario, fault, fault.atMs),
  );
  const live = journal.map((entry): TimelineMark => {
    if ('fault' in entry) return mark(scenario, entry.fault, entry.atMs);
    return { atMs: entry.atMs, kind: 'edit', label: entry.label ?? 'Edit' };
  });
  return [...scripted, ...live].toSorted((a, b) => a.atMs - b.atMs);
}

function faultsAdded(entry: JournalEntry): Fault[] {
  if (!('edit' in entry)) return [];
  return entry.edit.flatMap((change) => (change.op === 'add' && change.in === 'faults' ? [change.item] : []));
}

function mark(design: Design, fault: FaultAction, atMs: number): TimelineMark {
  const instance = 'instance' in fault && fault.instance !== undefined ? ` instance ${fault.instance + 1}` : '';
  return { atMs, kind: 'fault', label: `${sayFault(design, fault)}${instance}` };
}
