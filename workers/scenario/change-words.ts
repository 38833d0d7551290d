/** What a change of a run is called: on the timeline, and as the name of the branch that it begins. */
import type { Design, FaultAction } from './document.ts';

const FAULT_VERBS: Readonly<Record<FaultAction['do'], string>> = {
  crash: 'Crash',
  restart: 'Restart',
  pause: 'Pause',
  resume: 'Resume',
  isolate: 'Isolate',
  slow: 'Slow',
  cut: 'Cut',
  heal: 'Heal',
  dropAcks: 'Drop acknowledgements of',
  seek: 'Seek in',
  pausePartitions: 'Pause partitions of',
  resumePartitions: 'Resume partitions of',
  purge: 'Purge',
  redrive: 'Redrive dead letters of',
};

/** "Crash Billing". */
export function sayFault(design: Design, fault: FaultAction): string {
  return `${FAULT_VERBS[fault.do]} ${nameOf(design, fault.target)}`;
}

/** The name of a node; of an edge, those of its ends; the id of what the design does not have. */
export function nameOf(design: Design, id: string): string {
  const node = design.nodes.find((candidate) => candidate.id === id);
  if (node !== undefined) return node.name;
  const edge = design.edges.find((candidate) => candidate.id === id);
  return edge === undefined ? id : `${nameOf(design, edge.from)} → ${nameOf(design, edge.to)}`;
}
