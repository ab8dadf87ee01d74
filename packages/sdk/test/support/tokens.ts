import { createTruConn, type StorageAdapter } from '../../src/index.ts';

/** How a pair of tokens is made. */
export interface PairOptions {
  session?: string;
  generation?: number;
  /** How long the access token lives, in seconds. */
  lifeSeconds?: number;
}

/** A pair as a server makes it; nobody signs it, since no client can check that. */
export function makePair({ session = 'session-1', generation = 0, lifeSeconds = 3600 }: PairOptions = {}) {
  const iat = Math.floor(Date.now() / 1000);
  const jwt = (claims: object) =>
    `${encode({ alg: 'HS256' })}.${encode({ sid: session, iat, ...claims })}.c2lnbmVk`;
  return {
    accessToken: jwt({ exp: iat + lifeSeconds, jti: crypto.randomUUID() }),
    refreshToken: jwt({ exp: iat + 86_400, gen: generation }),
    accessTokenExpiresAt: new Date((iat + lifeSeconds) * 1000).toISOString(),
  };
}

/** The generation that a refresh token of `makePair` is of. */
export function generationOf(refreshToken: string): number {
  return JSON.parse(Buffer.from(refreshToken.split('.')[1] ?? '', 'base64url').toString()).gen;
}

/** Storage of one client, in a test's hands. */
export interface HeldStorage extends StorageAdapter {
  /** What is in it, and under which name it was written. */
  value: string | null;
  key: string | undefined;
}

/** @param stored what a client has left there before */
export function holdStorage(stored?: object | string): HeldStorage {
  return {
    value: typeof stored === 'object' ? JSON.stringify(stored) : (stored ?? null),
    key: undefined,
    get() {
      return this.value;
    },
    set(key, value) {
      this.key = key;
      this.value = value;
    },
    remove() {
      this.value = null;
    },
  };
}

/** Storage as a client has left it that signed in and got this pair. */
export async function holdSession(options?: PairOptions): Promise<HeldStorage & { accessToken: string }> {
  const pair = makePair(options);
  const data = { user: { id: 'asha' }, session: { id: options?.session ?? 'session-1' }, ...pair };
  const storage = holdStorage();
  const fetch = async () => Response.json({ result: { data } });
  const truconn = createTruConn({ baseUrl: 'http://localhost', storage, fetch });
  await truconn.auth.signIn({ identifier: 'asha', password: 'plum-orbit' });
  return Object.assign(storage, { accessToken: pair.accessToken });
}

const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');
