/**
 * The page's side of the simulation: commands to the worker, frames from it. A worker that hangs or breaks is replaced,
 * and the run taken up, paused, from its last snapshot; without one, from its beginning.
 */
import { transfer } from 'comlink';
import type {
  EventStory,
  Journaled,
  MessageStory,
  RunSnapshot,
  SeriesSet,
  SimulationCommands,
  StreamMessage,
  WithoutInstant,
} from '../../workers/protocol/commands.ts';
import type { JournalEntry, Scenario } from '../../workers/scenario/document.ts';
import { frames, type FrameBuffer } from './frames.ts';
import { createHumanPace } from './human-pace.ts';
import { createLatestOnly } from './latest-only.ts';
import { simulationStore, stateOfFrame, type SimulationState } from './status.ts';
import { ignoreLoss, watchWorker, type WatchedWorker } from './watched-worker.ts';
import { startWorker, type WorkerLink } from './worker-link.ts';

type Report = Awaited<ReturnType<SimulationCommands['report']>>;

interface Load {
  readonly scenario: Scenario;
  readonly atMs: number;
}

/** While the run plays, a snapshot is taken so often. */
const SNAPSHOT_EVERY_MS = 5000;
/** A load that takes less is not announced: every edit at instant 0 is one. */
const LOADING_SHOWN_AFTER_MS = 150;
/** So many workers lost in a row before they answered anything: another one will not help. */
const STILLBORN_MAX = 2;

function announceLoading(): void {
  simulationStore.setState({ status: 'loading' });
}

/** What a step has told is of that instant alone. */
function forgetEvent(): void {
  if (simulationStore.getState().lastEvent !== null) simulationStore.setState({ lastEvent: null });
}

export class SimulationClient {
  readonly #start: (onError: (message: string) => void) => WorkerLink;
  readonly #frames: FrameBuffer;
  readonly #loads = createLatestOnly((load: Load) => this.#load(load));
  readonly #seeks = createLatestOnly((atMs: number) => this.#do((commands) => commands.seek(atMs)));
  readonly #hearState = createHumanPace((state: Partial<SimulationState>) => simulationStore.setState(state));
  #worker: WatchedWorker | null = null;
  /** What is loaded, its journal kept as it stands. */
  #scenario: Scenario | null = null;
  /** Whether any load asked for and not begun has another start than what is loaded. */
  #otherStart = false;
  #playing = false;
  #stillborn = 0;
  #snapshot: RunSnapshot | null = null;
  #snapshotWallMs = 0;
  #snapshotUnderWay = false;

  constructor(start: (onError: (message: string) => void) => WorkerLink, buffer: FrameBuffer) {
    this.#start = start;
    this.#frames = buffer;
  }

  /**
   * Runs a scenario from 0 to `atMs` and pauses there. Of several asked for in a row only the last is sure to be run.
   *
   * @param options `sameStart`: it differs from the one loaded in its journal alone, so the common part is not run again
   */
  load(scenario: Scenario, atMs: number, { sameStart = false }: { readonly sameStart?: boolean } = {}): Promise<void> {
    this.#otherStart ||= !sameStart;
    return this.#loads.ask({ scenario, atMs });
  }

  play(): void {
    this.#playing = true;
    forgetEvent();
    void this.#do((commands) => commands.play());
  }

  pause(): void {
    this.#playing = false;
    void this.#do((commands) => commands.pause());
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  /** @param speed simulated seconds per wall second, up to 1e6; 0 or `Infinity` for as fast as the machine can */
  setSpeed(speed: number): void {
    const wanted = speed > 0 ? speed : Infinity;
    simulationStore.setState({ speed: wanted });
    if (this.#worker !== null) void this.#do((commands) => commands.setSpeed(wanted));
  }

  /** One event forward, then paused. */
  step(): void {
    void this.#step((commands) => commands.step());
  }

  /** To just before the last event, then paused. */
  stepBack(): void {
    void this.#step((commands) => commands.stepBack());
  }

  async #step(command: (commands: SimulationCommands) => Promise<EventStory | null>): Promise<void> {
    this.#playing = false;
    const lastEvent = await this.#worker?.call(command).catch(ignoreLoss);
    simulationStore.setState({ lastEvent: lastEvent ?? null });
  }

  /** To any instant from 0 on. Of several asked for in a row only the last is sure to be visited. */
  seek(atMs: number): Promise<void> {
    forgetEvent();
    return this.#seeks.ask(atMs);
  }

  /** Applies a change or a fault now. Rejects when the engine fails on it or the worker is lost meanwhile. */
  async apply(request: WithoutInstant<JournalEntry>): Promise<Journaled> {
    const journaled = await this.#living().call((commands) => commands.apply(request));
    const { entry } = journaled;
    if (this.#scenario !== null) {
      const past = this.#scenario.journal.filter(({ atMs }) => atMs <= entry.atMs);
      this.#scenario = { ...this.#scenario, journal: [...past, entry] };
    }
    // One from the future that is no more would be taken up wrongly; an older one replays the entry.
    if (this.#snapshot !== null && this.#snapshot.atMs > entry.atMs) this.#replaceSnapshot(null);
    this.#snapshotWallMs = -Infinity;
    return journaled;
  }

  /** Rejects when there is no run or the worker is lost meanwhile; so do `series` and `message`. */
  report(): Promise<Report> {
    return this.#living().call((commands) => commands.report());
  }

  series(columns?: readonly string[]): Promise<SeriesSet> {
    return this.#living().call((commands) => commands.series(columns));
  }

  message(id: number): Promise<MessageStory | null> {
    return this.#living().call((commands) => commands.message(id));
  }

  /** Ends the worker. The next `load` starts another. */
  dispose(): void {
    this.#worker?.end('The simulation was closed');
    this.#worker = null;
    this.#scenario = null;
    this.#replaceSnapshot(null);
    this.#playing = false;
    simulationStore.setState({ status: 'loading' });
  }

  async #load({ scenario, atMs }: Load): Promise<void> {
    const { status, run } = simulationStore.getState();
    const follows = !this.#otherStart && this.#worker !== null && this.#scenario !== null;
    this.#otherStart = false;
    const timer = setTimeout(announceLoading, LOADING_SHOWN_AFTER_MS);
    if (status === 'failed') announceLoading();
    this.#scenario = scenario;
    this.#replaceSnapshot(null);
    this.#playing = false;
    forgetEvent();
    this.#worker ??= this.#startWorker();
    await this.#do((commands) => (follows ? commands.follow(scenario, atMs) : commands.load(scenario, atMs)));
    clearTimeout(timer);
    simulationStore.setState({ run: run + 1 });
  }

  #startWorker(): WatchedWorker {
    this.#frames.forgetLayout();
    const worker = watchWorker(this.#start, {
      onMessage: (message) => this.#hear(message),
      onTick: () => this.#keepSnapshot(),
      onLost: (reason) => void this.#recover(reason),
    });
    this.#worker = worker;
    worker.askForFrame(null);
    const { speed } = simulationStore.getState();
    void worker.call((commands) => commands.setSpeed(speed)).catch(ignoreLoss);
    return worker;
  }

  #hear(message: StreamMessage): void {
    switch (message.type) {
      case 'layout':
        this.#frames.hearLayout(message.layout);
        return;
      case 'frame':
        this.#hearFrame(message.buffer);
        return;
      case 'failure':
        this.#playing = false;
        this.#hearState({ status: 'failed', failure: message.failure, achievedSpeed: 0 }, true);
        return;
      case 'next':
        return;
    }
  }

  #hearFrame(buffer: ArrayBuffer): void {
    this.#frames.hearFrame(buffer, (spent) => this.#worker?.askForFrame(spent));
    const frame = this.#frames.current();
    if (frame === null || frame.values.buffer !== buffer) return;
    const state = stateOfFrame(frame.values, frame.layout);
    const before = simulationStore.getState();
    const moves = state.status === 'playing' || state.status === 'seeking';
    const news = state.status !== before.status || state.layout !== before.layout;
    // The run may pause by itself, when nothing is left to happen.
    if (state.status === 'paused' && before.status === 'playing') this.#playing = false;
    if (state.status === 'playing') this.#playing = true;
    this.#hearState(state, news || !moves);
  }

  /** Gives a command whose outcome shows in the frames. */
  async #do(command: (commands: SimulationCommands) => Promise<void>): Promise<void> {
    await this.#worker?.call(command).catch(ignoreLoss);
  }

  #living(): Pick<WatchedWorker, 'call'> {
    return this.#worker ?? { call: () => Promise.reject(new Error('No simulation is running')) };
  }

  #keepSnapshot(): void {
    const worker = this.#worker;
    const { status } = simulationStore.getState();
    const due = performance.now() - this.#snapshotWallMs >= SNAPSHOT_EVERY_MS;
    const wanted = status === 'playing' || this.#snapshotWallMs === -Infinity;
    if (worker === null || this.#snapshotUnderWay || !due || !wanted) return;
    this.#snapshotUnderWay = true;
    this.#snapshotWallMs = performance.now();
    void this.#takeSnapshot(worker).catch(ignoreLoss);
  }

  async #takeSnapshot(worker: WatchedWorker): Promise<void> {
    const scenario = this.#scenario;
    try {
      const snapshot = await worker.call((commands) => commands.snapshot());
      // Not if a change has made another future, or another scenario was loaded, while it was on its way.
      if (snapshot === null) return;
      if (scenario === this.#scenario) this.#replaceSnapshot(snapshot);
      else snapshot.port.close();
    } finally {
      this.#snapshotUnderWay = false;
    }
  }

  #replaceSnapshot(snapshot: RunSnapshot | null): void {
    this.#snapshot?.port.close();
    this.#snapshot = snapshot;
  }

  /** A worker was lost: another one takes up the run, paused. */
  async #recover(reason: string): Promise<void> {
    const stillborn = this.#worker?.hasAnswered() === false;
    const scenario = this.#scenario;
    const snapshot = this.#snapshot;
    this.#worker = null;
    this.#snapshot = null;
    this.#playing = false;
    this.#stillborn = stillborn ? this.#stillborn + 1 : 0;
    if (this.#stillborn >= STILLBORN_MAX || scenario === null) {
      const failure = { message: `${reason}. It could not be started again.`, seed: scenario?.seed ?? 0, atMs: 0 };
      this.#hearState({ status: 'failed', failure, achievedSpeed: 0 }, true);
      return;
    }
    this.#hearState({ status: 'recovering', achievedSpeed: 0 }, true);
    const worker = this.#startWorker();
    try {
      if (snapshot === null) await worker.call((commands) => commands.load(scenario, 0));
      else
        await worker.call((commands) => commands.restore(scenario, transfer(snapshot, [snapshot.port as MessagePort])));
    } catch (error) {
      // It was lost as well: that has started a recovery of its own, without the snapshot.
      return ignoreLoss(error);
    }
    const from = snapshot === null ? 'at its beginning' : `at ${(snapshot.atMs / 1000).toFixed(1)} s`;
    simulationStore.setState(({ run }) => ({
      run: run + 1,
      notice: `${reason}. It was restarted and stands ${from}.`,
    }));
  }
}

export const simulation = new SimulationClient(startWorker, frames);
