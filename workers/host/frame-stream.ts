import type { Layout } from '../protocol/frame.ts';
import type { EngineFailure, FramePort } from '../protocol/commands.ts';

/** What a frame is made of, asked for only when one is sent. */
export interface FrameSource {
  /** The layout of the run as it is. Its version is set by the stream. */
  readonly layout: (version: number) => Layout;
  /** Into `spent` when that is large enough. */
  readonly pack: (layout: Layout, spent: ArrayBuffer | null) => ArrayBuffer;
  /** The page waits for a frame: call `flush` when there is a run to show. */
  readonly asked: () => void;
}

/**
 * The stream of frames to one page: the newest state, once asked for and once something has changed. The page asks again
 * when it has drawn, so a slow page gets fewer frames and never a queue of old ones.
 */
export interface FrameStream {
  readonly connect: (port: FramePort) => void;
  /** Something that a frame shows has changed. */
  readonly touch: () => void;
  /** What the layout describes may have changed. */
  readonly touchLayout: () => void;
  /** Sends if there is something to send and somebody waits for it. */
  readonly flush: () => void;
  readonly fail: (failure: EngineFailure) => void;
}

/** The layout that frames are packed by, announced whenever it becomes another one. */
function createLayouts(make: (version: number) => Layout, announce: (layout: Layout) => void) {
  let layout: Layout | null = null;
  let described = '';
  let version = 0;
  let touched = true;
  return {
    /** Keeps the version while nothing changed, so that a page does not build everything anew for a seek. */
    current(): Layout {
      if (layout !== null && !touched) return layout;
      const next = make(version + 1);
      const description = JSON.stringify({ ...next, version: 0 });
      touched = false;
      if (layout === null || description !== described) {
        version += 1;
        layout = next;
        described = description;
        announce(layout);
      }
      return layout;
    },
    touch() {
      touched = true;
    },
    forget() {
      layout = null;
      touched = true;
    },
  };
}

export function createFrameStream(source: FrameSource): FrameStream {
  let port: FramePort | null = null;
  let wanted = false;
  let changed = false;
  let spent: ArrayBuffer | null = null;
  const layouts = createLayouts(source.layout, (layout) => port?.postMessage({ type: 'layout', layout }, []));

  function flush(): void {
    if (port === null || !wanted || !changed) return;
    const buffer = source.pack(layouts.current(), spent);
    spent = null;
    wanted = false;
    changed = false;
    port.postMessage({ type: 'frame', buffer }, [buffer]);
  }

  return {
    connect(next) {
      port?.close();
      port = next;
      wanted = false;
      changed = true;
      layouts.forget();
      next.addEventListener('message', ({ data }) => {
        if (data.type !== 'next' || port !== next) return;
        wanted = true;
        spent = data.spent ?? spent;
        source.asked();
      });
      next.start();
    },
    touch() {
      changed = true;
    },
    touchLayout() {
      changed = true;
      layouts.touch();
    },
    flush,
    fail(failure) {
      port?.postMessage({ type: 'failure', failure }, []);
    },
  };
}
