/** Where saved scenarios live: the browser's database, or memory where there is none (tests, embedded pages). */
import { createStore, del, entries, get, set, update, type UseStore } from 'idb-keyval';

export interface Storage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Reads and writes in one step, so that two tabs do not overwrite each other unseen. */
  update(key: string, change: (old: unknown) => unknown): Promise<void>;
  delete(key: string): Promise<void>;
  entries(prefix: string): Promise<readonly (readonly [string, unknown])[]>;
}

/** Fails where the browser gives no database, e.g. with storage blocked. */
function browserStorage(): Storage {
  let opened: UseStore | null = null;
  // Opened at the first use, so that a blocked database does not stop the app from starting.
  const store = () => (opened ??= createStore('sluice', 'scenarios'));
  return {
    get: (key) => get(key, store()),
    set: (key, value) => set(key, value, store()),
    update: (key, change) => update(key, change, store()),
    delete: (key) => del(key, store()),
    entries: async (prefix) => {
      const all = await entries<string, unknown>(store());
      return all.filter(([key]) => key.startsWith(prefix));
    },
  };
}

export function memoryStorage(): Storage {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, structuredClone(value)),
    update: async (key, change) => void values.set(key, structuredClone(change(values.get(key)))),
    delete: async (key) => void values.delete(key),
    entries: async (prefix) => [...values].filter(([key]) => key.startsWith(prefix)),
  };
}

let current: Storage = typeof indexedDB === 'undefined' ? memoryStorage() : browserStorage();

export function setStorage(next: Storage): void {
  current = next;
}

export function storage(): Storage {
  return current;
}
