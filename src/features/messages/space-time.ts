/**
 * The life of a message as a space-time diagram: a lane a node, a point a hop, and lines for what led to what.
 *
 * Hops come as one list in order of time, although several copies of a message may be under way at once. Lines are
 * therefore not drawn from hop to hop but by cause: an append comes from the newest sending, an answer from the newest
 * thing the log did, a fetch from the append of the same partition and offset.
 */
import type { Design } from '../../../workers/scenario/document.ts';
import type { Hop } from '../../simulation/polling.ts';
import type { StateKind } from '../../ui/states.ts';

/** Words of hops, by where they happen: `workers/engine/ledger/hops.ts`. */
const SENDER = new Set([
  'produced',
  'blocked',
  'refused',
  'batched',
  'sent',
  'request lost',
  'rejected',
  'acknowledged',
  'response lost',
  'timed out',
  'retried',
  'given up, fate unknown',
]);
const LOG = new Set(['appended', 'dropped as duplicate', 'truncated', 'deleted by retention', 'superseded']);
const SENDINGS = new Set(['sent', 'retried']);
const ANSWERS = new Set(['acknowledged', 'rejected']);
const APPENDS = new Set(['appended', 'dropped as duplicate']);

/** The state that a hop shows, for those that have one; the others are plain points. */
const STATES: Readonly<Record<string, StateKind>> = {
  refused: 'refused',
  rejected: 'refused',
  'request lost': 'lost',
  'response lost': 'lost',
  'timed out': 'stale',
  'given up, fate unknown': 'unknown',
  truncated: 'lost',
  'deleted by retention': 'expired',
  superseded: 'superseded',
  skipped: 'skipped',
  applied: 'applied',
  acknowledged: 'applied',
};

interface Lane {
  /** Node id. */
  readonly id: string;
  readonly label: string;
}

export interface DiagramPoint {
  readonly hop: Hop;
  /** Index of the lane; half-way between two lanes for what is lost under way. */
  readonly lane: number;
  readonly state: StateKind | null;
}

export interface DiagramLine {
  /** Indexes of points. */
  readonly from: number;
  readonly to: number;
  /** Over the network, back to the sender, or waiting in one place. */
  readonly kind: 'travel' | 'answer' | 'wait' | 'lost';
}

export interface Diagram {
  readonly lanes: readonly Lane[];
  readonly points: readonly DiagramPoint[];
  readonly lines: readonly DiagramLine[];
}

type Names = Pick<Design, 'nodes' | 'edges'>;

/** The diagram of a history, oldest hop first. Places that the design does not know are named by their id. */
export function diagramOf(history: readonly Hop[], design: Names): Diagram {
  const places = history.map((hop) => nodeOf(hop, design));
  const ids = laneOrder(places, history);
  const lanes = ids.map((id) => ({ id, label: design.nodes.find((node) => node.id === id)?.name ?? id }));
  const points: DiagramPoint[] = [];
  const lines: DiagramLine[] = [];
  const applied = new Set<number>();
  for (const [index, hop] of history.entries()) {
    const place = ids.indexOf(places[index] ?? hop.where);
    const lane = isLost(hop) ? midway(hop, place, ids, design) : place;
    // Once at each consumer is as it should be; once more at the same one is a duplicate.
    const again = hop.what === 'applied' && applied.has(place);
    if (hop.what === 'applied') applied.add(place);
    points.push({ hop, lane, state: again ? 'duplicate' : (STATES[hop.what] ?? null) });
    const cause = causeOf(index, points);
    if (cause === null) continue;
    const away = points[cause]?.lane !== lane;
    const kind = isLost(hop) ? 'lost' : !away ? 'wait' : ANSWERS.has(hop.what) ? 'answer' : 'travel';
    lines.push({ from: cause, to: index, kind });
  }
  return { lanes, points, lines };
}

function isLost({ what }: Hop): boolean {
  return what === 'request lost' || what === 'response lost';
}

/** The node at which a hop happens; of an edge the end that the hop's word belongs to. */
function nodeOf({ what, where }: Hop, { edges }: Names): string {
  const edge = edges.find(({ id }) => id === where);
  if (edge === undefined) return where;
  if (edge.kind === 'publish') return SENDER.has(what) ? edge.from : edge.to;
  return LOG.has(what) ? edge.from : edge.to;
}

function rankOf(what: string): number {
  if (SENDER.has(what)) return 0;
  return LOG.has(what) ? 1 : 2;
}

/** Senders above logs above handlers, each in order of first appearance; a chain repeats the three. */
function laneOrder(places: readonly string[], history: readonly Hop[]): readonly string[] {
  const first = new Map<string, number>();
  for (const [index, place] of places.entries()) {
    const what = history[index]?.what ?? '';
    if (!first.has(place)) first.set(place, rankOf(what) * history.length + index);
  }
  return [...first.entries()].sort((a, b) => a[1] - b[1]).map(([place]) => place);
}

/** Where on its way something is lost: half a lane from the sender towards the log, or back. */
function midway(hop: Hop, place: number, ids: readonly string[], { edges }: Names): number {
  const edge = edges.find(({ id }) => id === hop.where);
  const other = edge === undefined ? -1 : ids.indexOf(ids[place] === edge.from ? edge.to : edge.from);
  return other < 0 ? place + 0.5 : (place + other) / 2;
}

/** The point that led to the newest one, or null for the first. */
function causeOf(index: number, points: readonly DiagramPoint[]): number | null {
  const point = points[index];
  if (point === undefined) return null;
  const { what, detail } = point.hop;
  const before = points.slice(0, index);
  if (APPENDS.has(what) || what === 'request lost') {
    const sending = before.findLastIndex(({ hop }) => SENDINGS.has(hop.what));
    if (sending >= 0) return sending;
  }
  if (ANSWERS.has(what) || what === 'response lost') {
    const done = before.findLastIndex(({ hop }) => LOG.has(hop.what));
    if (done >= 0) return done;
  }
  if (what === 'fetched') {
    const same = before.findLastIndex(({ hop }) => hop.what === 'appended' && samePosition(hop.detail, detail));
    const any = before.findLastIndex(({ hop }) => hop.what === 'appended');
    if (Math.max(same, any) >= 0) return same >= 0 ? same : any;
  }
  const copy = before.findLastIndex((other) => other.lane === point.lane && samePosition(other.hop.detail, detail));
  const here = before.findLastIndex(({ lane }) => lane === point.lane);
  if (here < 0) return null;
  return copy >= 0 ? copy : here;
}

function samePosition(left: string, right: string): boolean {
  const [a, b] = [positionIn(left), positionIn(right)];
  return a !== null && b !== null && a.partition === b.partition && a.offset === b.offset;
}

/** Partition and offset named in a hop's detail, or null. */
function positionIn(detail: string): { partition: string; offset: string } | null {
  const partition = /partition (\d+)/.exec(detail)?.[1];
  const offset = /offset (\d+)/.exec(detail)?.[1];
  return partition === undefined || offset === undefined ? null : { partition, offset };
}

/**
 * Horizontal places of instants in `[0, 1]`, oldest 0. `scale` is true to time. `stretched` gives every gap some room
 * and long ones little more, so that microseconds in a broker and a second of waiting can be read side by side.
 */
export function placesOf(instantsMs: readonly number[], mode: 'scale' | 'stretched'): readonly number[] {
  const [first = 0] = instantsMs;
  const last = instantsMs.at(-1) ?? first;
  if (last <= first) return instantsMs.map(() => 0);
  if (mode === 'scale') return instantsMs.map((at) => (at - first) / (last - first));
  const places: number[] = [];
  let at = 0;
  let before = first;
  for (const instant of instantsMs) {
    const gap = instant - before;
    // A millisecond counts 1, a second 3, a minute 5: by decades, from 10 µs on.
    if (gap > 0) at += 0.6 + Math.max(0, Math.log10(gap / 0.01)) * 0.5;
    else if (places.length > 0) at += 0.25;
    places.push(at);
    before = instant;
  }
  return places.map((place) => place / at);
}
