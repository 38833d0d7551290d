import type { Machine, SampleSink } from '../engine/engine.ts';
import type { EventStory, Report } from '../engine/report.ts';
import type { MessageStory } from '../protocol/commands.ts';
import type { Layout } from '../protocol/frame.ts';
import type { Head } from './pack.ts';

/**
 * Everything the host does with a run. The worker binds the engine; tests bind a toy. So pacing, seeking, failing and
 * framing are tested without a broker, and without a thread.
 */
export interface Instruments<Run> {
  readonly machine: Machine<Run>;
  /** From now on movements in this run are noted for frames. Called again for every run that takes its place. */
  readonly watch: (run: Run) => void;
  /** Another number whenever this run has become one that another layout describes. */
  readonly layoutVersion: (run: Run) => number;
  readonly layoutOf: (run: Run, version: number) => Layout;
  readonly packFrame: (run: Run, layout: Layout, head: Head, spent: ArrayBuffer | null) => ArrayBuffer;
  readonly readFigures: (run: Run, sink: SampleSink) => void;
  readonly report: (run: Run) => Report;
  readonly messageStory: (run: Run, id: number) => MessageStory | null;
  /** Of the event that the run would process next; null when none is left. */
  readonly tellNext: (run: Run) => EventStory | null;
}
