/** The form of an example, and the measures by which all of them are laid out. */
import {
  FORMAT,
  type Check,
  type Fault,
  type JournalEntry,
  type Scenario,
  type ScenarioEdge,
  type ScenarioNode,
} from '../document.ts';

/** What examples are about, in the order in which the gallery shows them. */
export const THEMES = {
  order: 'Keys and order',
  delivery: 'Loss and duplicates',
  brokers: 'Brokers side by side',
  groups: 'Consumer groups',
  routing: 'Exchanges and routing',
  queues: 'Queues',
  load: 'Load and lag',
  cluster: 'Brokers and replicas',
  transactions: 'Transactions',
  log: 'What the log keeps',
} as const;

export type Theme = keyof typeof THEMES;

/** One entry of the gallery. It opens running. */
export interface Example {
  /** Stable: links and tests name it. */
  readonly id: string;
  readonly theme: Theme;
  readonly title: string;
  /** What a person wants to understand, as a question. */
  readonly question: string;
  /** What happens and what to try: two or three sentences. */
  readonly summary: string;
  readonly scenario: Scenario;
}

/** Left edges of the columns of a lane, in flow coordinates: nodes are at most 240, 380, 280 and 240 wide. */
export const COLUMN = { producer: 0, topic: 360, consumer: 860, note: 1200 } as const;

export type NoteColor = 'yellow' | 'blue' | 'green' | 'red';

/** A labelled area around one lane, whose nodes stand around `middleY`. */
export function laneFrame(id: string, name: string, middleY: number, height: number): ScenarioNode {
  return laneFrameOf(id, name, middleY, { width: COLUMN.note + 240, height });
}

/** A labelled area with room around what is so wide and high. */
export function laneFrameOf(
  id: string,
  name: string,
  middleY: number,
  { width, height }: { readonly width: number; readonly height: number },
): ScenarioNode {
  const position = { x: -40, y: middleY - height / 2 - 20 };
  return { id, kind: 'frame', name, position, width: width + 80, height: height + 40, color: 'gray' };
}

/** A note in the last column, beside the lane around `middleY`. */
export function laneNote(id: string, middleY: number, text: string, color: NoteColor): ScenarioNode {
  return laneNoteAt(id, { x: COLUMN.note, middleY }, text, color);
}

/** A note whose middle is at `middleY`. */
export function laneNoteAt(
  id: string,
  { x, middleY }: { readonly x: number; readonly middleY: number },
  text: string,
  color: NoteColor,
): ScenarioNode {
  // A line of a note holds about 29 characters and is 20 high.
  const height = 22 + 20 * Math.ceil(text.length / 28);
  const y = Math.round((middleY - height / 2) / 10) * 10;
  return { id, kind: 'note', name: 'Note', position: { x, y }, text, color };
}

interface Parts {
  readonly title: string;
  readonly notes: string;
  readonly seed: number;
  readonly nodes: readonly ScenarioNode[];
  readonly edges: readonly ScenarioEdge[];
  readonly faults?: readonly Fault[];
  /** What a person does during the run; it is done again whenever the example is opened. */
  readonly journal?: readonly JournalEntry[];
  readonly checks: readonly Check[];
  readonly panels: readonly string[];
}

/** A scenario that plays at real speed as soon as it is open. */
export function playingScenario({ panels, faults = [], journal = [], ...parts }: Parts): Scenario {
  return { format: FORMAT, ...parts, faults, journal, view: { panels, speed: 1, playing: true } };
}

/** Settings of a group whose members notice each other's end within a second or two, instead of a minute. */
export const QUICK_GROUP = {
  assignor: 'cooperative-sticky',
  autoOffsetReset: 'earliest',
  sessionTimeoutMs: 1500,
  heartbeatIntervalMs: 300,
  initialRebalanceDelayMs: 0,
} as const;

/** A connection on which single messages can be watched. */
export function visibleNetwork(mean: number): {
  readonly latencyMs: { readonly type: 'constant'; readonly mean: number };
} {
  return { latencyMs: { type: 'constant', mean } };
}
