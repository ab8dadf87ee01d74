import {
  createTruConn,
  isTruConnError,
  type SessionChange,
  type SessionOptions,
  type StorageAdapter,
  type TruConn,
  type TruConnError,
} from '@truconn/sdk';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { newPerson, startTestApp, type TestApp } from '../support/test-app.ts';

type Fetch = typeof globalThis.fetch;

export const MINUTE = 60_000;

/** Starts the app of a test file: it stops after the last test, and the clock is right again after each. */
export async function startFileApp(): Promise<TestApp> {
  const app = await startTestApp();
  afterAll(() => app[Symbol.asyncDispose]());
  afterEach(() => vi.useRealTimers());
  return app;
}

/** A client of the SDK, and what a test may know and do about it. */
export interface SdkClient {
  truconn: TruConn;
  /** The procedures of each request that was sent, in their order: `auth.refresh`, `auth.me,consent.list`. */
  sent: string[];
  count(path: string): number;
  /** What `onSessionChange` heard: `signed-in`, or the reason of the end. */
  heard: string[];
  storage: HeldStorage;
  /** What is done with each request instead of just sending it. */
  network: Network;
}

/** Between a client and its server: may answer, wait, fail, or let the request through. */
export type Network = (path: string, send: () => Promise<Response>) => Promise<Response>;

export const online: Network = (_path, send) => send();
export const offline: Network = () => Promise.reject(new TypeError('fetch failed'));

/** A client that is not signed in. */
export function connectSdk(
  app: TestApp,
  options: Partial<SessionOptions> & { storage?: HeldStorage } = {},
): SdkClient {
  const { storage = holdStorage(), fetch = globalThis.fetch, ...rest } = options;
  const sent: string[] = [];
  const heard: string[] = [];
  const client: SdkClient = {
    sent,
    heard,
    storage,
    network: online,
    count: (path) => sent.filter((paths) => paths.split(',').includes(path)).length,
    truconn: createTruConn({
      baseUrl: app.url,
      ...rest,
      storage,
      fetch: (url, init) => {
        const path = pathOf(url);
        sent.push(path);
        return client.network(path, () => fetch(url, init));
      },
      onSessionChange: (change) => heard.push(nameOf(change)),
    }),
  };
  return client;
}

/** Somebody who has just signed up, and signed in with the SDK. */
export interface SdkPerson extends SdkClient {
  email: string;
  password: string;
  userId: string;
  sessionId: string;
}

export async function signInSdk(
  app: TestApp,
  options?: Parameters<typeof connectSdk>[1],
): Promise<SdkPerson> {
  const { email, password, ...names } = newPerson();
  const client = connectSdk(app, options);
  await client.truconn.auth.signUp({ email, password, ...names });
  const { user, session } = await client.truconn.auth.signIn({ identifier: email, password });
  client.sent.length = 0;
  client.heard.length = 0;
  return Object.assign(client, { email, password, userId: user.id, sessionId: session.id });
}

/** Signs in with a client as somebody, whoever was signed in with it before. */
export function signInAs(
  { truconn }: Pick<SdkClient, 'truconn'>,
  { email, password }: Pick<SdkPerson, 'email' | 'password'>,
) {
  return truconn.auth.signIn({ identifier: email, password });
}

/** The options of a client in a browser; its tabs share the jar, by the cookies' names. */
export function inBrowser(jar = new Map<string, string>()) {
  const fetchWithCookies: Fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    expect(init?.credentials).toBe('include');
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(url, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  };
  return { credential: 'cookie', fetch: fetchWithCookies } as const;
}

/** Who the server says that a client is. */
export async function emailOf({ truconn }: Pick<SdkClient, 'truconn'>): Promise<string> {
  return (await truconn.auth.me()).user.email;
}

/** Storage that a test can look into, and that clients can share. */
export interface HeldStorage extends StorageAdapter {
  values: Map<string, string>;
  /** The pair that a client has left there. */
  tokens(): { accessToken: string; refreshToken: string };
}

export function holdStorage(): HeldStorage {
  const values = new Map<string, string>();
  return {
    values,
    get: async (key) => values.get(key) ?? null,
    set: async (key, value) => void values.set(key, value),
    remove: async (key) => void values.delete(key),
    tokens: () => JSON.parse([...values.values()][0] ?? ''),
  };
}

/**
 * The error that a call ends with.
 * @throws when the call succeeds, or fails with what is none of the SDK's
 */
export async function errorOf(call: Promise<unknown>): Promise<TruConnError> {
  try {
    await call;
  } catch (error) {
    if (isTruConnError(error)) return error;
    throw error;
  }
  throw new Error('The call was expected to fail, and did not.');
}

/**
 * Begins a call of which every request waits, or every answer; resolves when the first one does.
 * @returns lets them go on, and gives how the call ends
 * @example
 * const finish = await holdBack(asha, 'auth.me', 'answers', () => asha.truconn.auth.me());
 * await asha.truconn.auth.signOut();
 * await finish();
 */
export async function holdBack<Result>(
  client: Pick<SdkClient, 'network'>,
  path: string,
  what: 'requests' | 'answers',
  call: () => Promise<Result>,
): Promise<() => Promise<Result>> {
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const wait = () => {
    reached.resolve();
    return gate.promise;
  };
  client.network = async (asked, send) => {
    if (!asked.split(',').includes(path)) return send();
    if (what === 'requests') await wait();
    const response = await send();
    if (what === 'answers') await wait();
    return response;
  };
  const ending = call();
  await reached.promise;
  return () => {
    client.network = online;
    gate.resolve();
    return ending;
  };
}

/** Moves the clock of this process: the client's, and with it the server's of a test's app. */
export function moveClock(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });
}

/**
 * Sets the client's clock wrong: time is right only while a request is with the server. For one call at a time.
 * @param ms how far it is ahead
 */
export function clockOff(ms: number): Network {
  const realNow = () => {
    vi.useRealTimers();
    return Date.now();
  };
  vi.useFakeTimers({ toFake: ['Date'], now: realNow() + ms });
  return async (_path, send) => {
    realNow();
    try {
      return await send();
    } finally {
      vi.useFakeTimers({ toFake: ['Date'], now: realNow() + ms });
    }
  };
}

function pathOf(url: Parameters<Fetch>[0]): string {
  return decodeURIComponent(new URL(String(url)).pathname.replace('/trpc/', ''));
}

function nameOf(change: SessionChange): string {
  return change.status === 'signed-in' ? 'signed-in' : String(change.reason);
}
