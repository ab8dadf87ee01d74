import { hash, randomBytes } from 'node:crypto';
import type { Database } from '../database/connection.ts';
import {
  nameApiKeyLookup,
  type PresentedApiKeyRecord,
  touchApiKey,
} from '../database/queries/api-keys.queries.ts';
import { LaterWrites } from './later-writes.ts';

/** What every secret begins with, so that people, logs and scanners of repositories know one when they see it. */
export const API_KEY_PREFIX = 'tck_';

const SECRET = /^tck_[0-9a-f]{64}$/;
const HINT_LENGTH = 8;
const TOUCH_EVERY_MS = 60_000;

/** A secret that was just made, and what is kept of it. */
export interface ApiKeySecret {
  secret: string;
  hash: string;
  hint: string;
}

/** The API keys that requests come with. */
export interface ApiKeys {
  /** The key with this secret, if it is neither revoked nor past its end at this moment. */
  find(secret: string): Promise<PresentedApiKeyRecord | undefined>;
  /** Resolves when writes that run off the request's path are done. */
  settle(): Promise<void>;
}

/** Makes a secret of 256 bits from a CSPRNG. */
export function makeApiKeySecret(): ApiKeySecret {
  const secret = API_KEY_PREFIX + randomBytes(32).toString('hex');
  return { secret, hash: hashSecret(secret), hint: secret.slice(0, HINT_LENGTH) };
}

/** @param onError told of failed writes that run off the request's path */
export function createApiKeys(database: Database, onError: (error: unknown) => void): ApiKeys {
  const lookup = nameApiKeyLookup(database);
  const writes = new LaterWrites(onError);
  return {
    async find(secret) {
      if (!SECRET.test(secret)) return undefined;
      const now = new Date();
      const [record] = await lookup.run([now, hashSecret(secret)]);
      if (record !== undefined) touchLater(database, record, now, writes);
      return record;
    },
    settle: () => writes.settle(),
  };
}

/**
 * A fast hash without salt is right here, and wrong for passwords: nobody guesses 256 random bits, however many of
 * them are tried a second (ASVS 5.0.0 6.5.2 asks for a slow one below 112 bits). It also lets an index find the key,
 * so that no comparison takes a time that tells of the secret.
 */
function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

// At most once a minute, and the request does not wait for it.
function touchLater(
  database: Database,
  { id, lastUsedAt }: PresentedApiKeyRecord,
  now: Date,
  writes: LaterWrites,
): void {
  const ifNotUsedSince = new Date(now.getTime() - TOUCH_EVERY_MS);
  if (lastUsedAt !== null && lastUsedAt > ifNotUsedSince) return;
  writes.add(touchApiKey(database.kysely, id, now, ifNotUsedSince));
}
