import { TruConnError } from '../errors.ts';
import type { StorageAdapter } from '../storage.ts';
import { isNewer, readTokens, type Tokens } from './tokens.ts';

/** A client's tokens in storage, which other tabs and processes may share. */
export interface TokenVault {
  /**
   * The pair that holds: what storage has, unless it is older than `current`.
   * @param current the pair that the client knows
   * @returns nothing when there is none, or somebody has removed it
   * @throws TruConnError `STORAGE_FAILED` when storage cannot be asked and there is no `current`
   */
  latest(current: Tokens | undefined): Promise<Tokens | undefined>;
  /** What cannot be written stays in memory, and is written at the next occasion: a full disk signs nobody out. */
  save(tokens: Tokens): Promise<void>;
  clear(): Promise<void>;
}

/** @param key the name under which storage keeps the pair */
export function createTokenVault(storage: StorageAdapter, key: string): TokenVault {
  let isSaved = false;

  async function save(tokens: Tokens): Promise<void> {
    try {
      await storage.set(key, JSON.stringify(tokens));
      isSaved = true;
    } catch {
      isSaved = false;
    }
  }

  return {
    save,
    async latest(current) {
      const stored = readTokens(await read(storage, key, current));
      const isBehind = stored === undefined ? !isSaved : current !== undefined && isNewer(current, stored);
      if (current !== undefined && isBehind) {
        await save(current);
        return current;
      }
      isSaved = stored !== undefined;
      return stored;
    },
    async clear() {
      isSaved = false;
      try {
        await storage.remove(key);
      } catch {
        // The tokens that stay there are of a session that has ended: the server refuses them.
      }
    },
  };
}

async function read(
  storage: StorageAdapter,
  key: string,
  current: Tokens | undefined,
): Promise<string | null | undefined> {
  try {
    return await storage.get(key);
  } catch (cause) {
    if (current !== undefined) return JSON.stringify(current);
    throw new TruConnError('STORAGE_FAILED', { message: 'The storage adapter could not be read.', cause });
  }
}
