/** Short messages that come and go at the edge of the screen. */

export interface Notice {
  readonly id: number;
  readonly kind: 'info' | 'ok' | 'warning' | 'error';
  readonly text: string;
  /** A button in the notice. */
  readonly action?: { readonly label: string; readonly perform: () => void };
  /** Milliseconds until it goes by itself; null stays until it is closed. */
  readonly forMs: number | null;
}

/** Of more notices at once the oldest go. */
const MOST = 4;

let notices: readonly Notice[] = [];
let count = 0;
const listeners = new Set<() => void>();

function put(next: readonly Notice[]): void {
  notices = next;
  for (const listener of listeners) listener();
}

/** Shows a notice; one with the same text is replaced. Errors and notices with a button stay longer. */
export function notify(
  kind: Notice['kind'],
  text: string,
  { action, forMs }: Partial<Pick<Notice, 'action' | 'forMs'>> = {},
): number {
  count += 1;
  const id = count;
  const usual = kind === 'error' || action !== undefined ? 12_000 : 5000;
  const notice: Notice = { id, kind, text, forMs: forMs === undefined ? usual : forMs, ...(action ? { action } : {}) };
  put([...notices.filter((other) => other.text !== text), notice].slice(-MOST));
  return id;
}

export function closeNotice(id: number): void {
  put(notices.filter((notice) => notice.id !== id));
}

export function currentNotices(): readonly Notice[] {
  return notices;
}

export function onNotices(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
