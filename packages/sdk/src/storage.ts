/**
 * Where a client keeps its session between starts: strings by name. Each method may answer at once or later.
 * `localStorage` works with `webStorage()`; React Native's AsyncStorage, a database's row or an encrypted
 * file with three small functions.
 * @example
 * import { createTruConn, type StorageAdapter } from '@truconn/sdk';
 *
 * const rows = new Map<string, string>();
 * const storage: StorageAdapter = {
 *   get: async (key) => rows.get(key) ?? null,
 *   set: async (key, value) => void rows.set(key, value),
 *   remove: async (key) => void rows.delete(key),
 * };
 * const truconn = createTruConn({ baseUrl: 'https://truconn.example', credential: 'bearer', storage });
 */
export interface StorageAdapter {
  /** The value, or `null` or `undefined` where there is none. */
  get(key: string): MaybePromise<string | null | undefined>;
  /** Keeps a value in place of the one before. */
  set(key: string, value: string): MaybePromise<unknown>;
  /** Forgets a value; nothing happens where there is none. */
  remove(key: string): MaybePromise<unknown>;
}

type MaybePromise<Value> = Value | Promise<Value>;

/**
 * Keeps the session in memory: it ends with the process, and each client has its own. What `bearer` clients use
 * unless told.
 * @example
 * import { createTruConn, memoryStorage } from '@truconn/sdk';
 *
 * const storage = memoryStorage();
 * const truconn = createTruConn({ baseUrl: 'https://truconn.example', credential: 'bearer', storage });
 */
export function memoryStorage(): StorageAdapter {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => values.set(key, value),
    remove: (key) => values.delete(key),
  };
}

/**
 * Keeps the session in `localStorage`, which all tabs of an origin share, or in `sessionStorage`, which each tab has
 * for itself. Any script of that origin can read it: `credential: 'cookie'` is safer where the pages and the server
 * can share one.
 * @param storage `localStorage` unless told
 * @example
 * import { createTruConn, webStorage } from '@truconn/sdk';
 *
 * const storage = webStorage();
 * const truconn = createTruConn({ baseUrl: 'https://truconn.example', credential: 'bearer', storage });
 */
export function webStorage(storage: WebStorage = localStorage): StorageAdapter {
  return {
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    remove: (key) => storage.removeItem(key),
  };
}

/** What `localStorage` and `sessionStorage` have in common. */
export type WebStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
