import { TruConnError } from '../errors.ts';
import type { StorageAdapter } from '../storage.ts';
import type { Tokens } from './tokens.ts';

/**
 * The pair that storage has, which other tabs and processes may share.
 * @param known the pair that the client has, which counts where storage cannot be asked
 * @returns nothing when there is none, or somebody has removed it
 * @throws TruConnError `STORAGE_FAILED` when storage cannot be asked and nothing is known
 */
export async function loadTokens(
  storage: StorageAdapter,
  key: string,
  known: Tokens | undefined,
): Promise<Tokens | undefined> {
  let text: string | null | undefined;
  try {
    text = await storage.get(key);
  } catch (cause) {
    if (known) return known;
    throw new TruConnError('STORAGE_FAILED', { message: 'The storage could not be read.', cause });
  }
  try {
    const tokens = JSON.parse(text as string) as Tokens | null;
    return typeof tokens?.refreshToken === 'string' ? tokens : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a pair into storage, or removes what is there.
 * @returns whether that was possible
 */
export async function storeTokens(
  storage: StorageAdapter,
  key: string,
  tokens: Tokens | undefined,
): Promise<boolean> {
  try {
    await (tokens ? storage.set(key, JSON.stringify(tokens)) : storage.remove(key));
    return true;
  } catch {
    return false;
  }
}
