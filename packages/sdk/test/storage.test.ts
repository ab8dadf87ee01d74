import { describe, expect, it } from 'vitest';
import { createTruConn, memoryStorage, type SessionChange, type StorageAdapter } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import { CREDENTIALS, open } from './support/open-server.ts';
import { refuse, startServer } from './support/scripted-server.ts';
import { generationOf, type HeldStorage, holdSession, holdStorage } from './support/tokens.ts';

function throwing(storage: HeldStorage, ...methods: (keyof StorageAdapter)[]): StorageAdapter {
  const fail = () => {
    throw new Error('the disk is full');
  };
  const adapter: StorageAdapter = {
    get: (key) => storage.get(key),
    set: (key, value) => storage.set(key, value),
    remove: (key) => storage.remove(key),
  };
  for (const method of methods) adapter[method] = fail;
  return adapter;
}

describe('storage', () => {
  it('keeps the session for the next client of the same server, and for no other', async () => {
    await using server = await startServer(open);
    await using other = await startServer(open);
    const values = new Map<string, string>();
    const storage: StorageAdapter = {
      get: async (key) => values.get(key) ?? null,
      set: async (key, value) => void values.set(key, value),
      remove: async (key) => void values.delete(key),
    };
    await createTruConn({ baseUrl: server.url, storage }).auth.signIn(CREDENTIALS);
    await createTruConn({ baseUrl: server.url, storage }).auth.me();
    await createTruConn({ baseUrl: other.url, storage }).auth.me();
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);
    expect(other.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('is emptied by signing out', async () => {
    await using server = await startServer(open);
    const storage = holdStorage();
    const truconn = createTruConn({ baseUrl: server.url, storage });
    await truconn.auth.signIn(CREDENTIALS);
    expect(storage.value).toContain('refreshToken');
    await truconn.auth.signOut();
    expect(storage.value).toBeNull();
  });

  it('holds no password, and nothing about the person', async () => {
    await using server = await startServer(open);
    const storage = holdStorage();
    await createTruConn({ baseUrl: server.url, storage }).auth.signIn(CREDENTIALS);
    expect(storage.value).toContain('accessToken');
    for (const secret of ['plum-orbit', 'asha']) expect(storage.value).not.toContain(secret);
  });
});

describe('storage that fails', () => {
  it.each(['at once', 'later'])(
    '%s when it is read is STORAGE_FAILED with the cause, and nothing is sent',
    async (when) => {
      await using server = await startServer(open);
      const cause = new Error('the keychain is locked');
      const get = () => {
        if (when === 'later') return Promise.reject(cause);
        throw cause;
      };
      const truconn = createTruConn({ baseUrl: server.url, storage: { ...memoryStorage(), get } });
      expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'STORAGE_FAILED', cause });
      expect(server.requests).toEqual([]);
    },
  );

  it('once when it is read is asked again by the next call', async () => {
    await using server = await startServer(open);
    const storage = await holdSession();
    const failing = throwing(storage, 'get');
    const truconn = createTruConn({ baseUrl: server.url, storage: failing });
    expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'STORAGE_FAILED' });
    failing.get = (key) => storage.get(key);
    await truconn.auth.me();
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);
  });

  it('when it is written signs nobody out, and gets the session at the next occasion', async () => {
    await using server = await startServer(open);
    const storage = holdStorage();
    const failing = throwing(storage, 'set');
    const truconn = createTruConn({ baseUrl: server.url, storage: failing });
    await truconn.auth.signIn(CREDENTIALS);
    await truconn.auth.me();
    await truconn.auth.refresh();
    expect(truconn.session.state.status).toBe('signed-in');
    expect(storage.value).toBeNull();
    failing.set = (key, value) => storage.set(key, value);
    const { refreshToken } = await truconn.auth.refresh();
    expect(storage.value).toContain(refreshToken);
  });

  it('when it is written gets the session at the next occasion, also where nothing is renewed', async () => {
    await using server = await startServer(open);
    const storage = holdStorage();
    const failing = throwing(storage, 'set');
    const truconn = createTruConn({ baseUrl: server.url, storage: failing });
    const { refreshToken } = await truconn.auth.signIn(CREDENTIALS);
    failing.set = (key, value) => storage.set(key, value);
    server.reply = refuse('OVERLOADED', 503, { retryAfterSeconds: 3600 });
    expect(await errorOf(truconn.auth.refresh())).toMatchObject({ code: 'OVERLOADED' });
    expect(storage.value).toContain(refreshToken);
  });

  it('when it is read while there is a session goes on with the one in memory', async () => {
    await using server = await startServer(open);
    const failing = throwing(holdStorage());
    const truconn = createTruConn({ baseUrl: server.url, storage: failing });
    await truconn.auth.signIn(CREDENTIALS);
    failing.get = () => Promise.reject(new Error('gone'));
    expect(generationOf((await truconn.auth.refresh()).refreshToken)).toBe(1);
    expect(truconn.session.state.status).toBe('signed-in');
  });

  it('that answers late does not take away the session that has begun meanwhile', async () => {
    await using server = await startServer(open);
    const asked = Promise.withResolvers<null>();
    const storage = { ...throwing(holdStorage()), get: () => asked.promise };
    const truconn = createTruConn({ baseUrl: server.url, storage });
    const waiting = truconn.auth.me().catch(() => undefined);
    await truconn.auth.signIn(CREDENTIALS);
    asked.resolve(null);
    await waiting;
    await truconn.auth.me();
    expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Bearer /);
    expect(truconn.session.state.status).toBe('signed-in');
  });

  it('when it is emptied still lets a person sign out', async () => {
    await using server = await startServer(open);
    const heard: SessionChange['status'][] = [];
    const truconn = createTruConn({
      baseUrl: server.url,
      storage: throwing(holdStorage(), 'remove'),
      onSessionChange: ({ status }) => heard.push(status),
    });
    await truconn.auth.signIn(CREDENTIALS);
    await truconn.auth.signOut();
    expect(heard).toEqual(['signed-in', 'signed-out']);
    await truconn.auth.me();
    expect(server.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });
});

describe('storage with something else in it', () => {
  it.each([
    '',
    'undefined',
    'null',
    '7',
    '"word"',
    '[]',
    '{}',
    '{"accessToken":',
    '{"accessToken":"only.this.one"}',
  ])('is nobody: %j', async (garbage) => {
    await using server = await startServer(open);
    const truconn = createTruConn({ baseUrl: server.url, storage: holdStorage(garbage) });
    await truconn.consent.list();
    expect(server.requests.map(({ paths }) => paths)).toEqual([['consent.list']]);
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(truconn.session.state).toEqual({ status: 'signed-out', reason: null });
  });

  it.each([
    ['numbers for tokens', '{"accessToken":1,"refreshToken":2}'],
    ['words for tokens', '{"accessToken":"not a token","refreshToken":"nor this"}'],
    ['tokens of three parts that are none', '{"accessToken":"a.b.c","refreshToken":"d.%%%.f"}'],
  ])('is forgotten when the server does not know it: %s', async (_what, garbage) => {
    await using server = await startServer(refuse('UNAUTHENTICATED', 401));
    const storage = holdStorage(garbage);
    const truconn = createTruConn({ baseUrl: server.url, storage });
    expect(await errorOf(truconn.auth.me())).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(truconn.session.state.status).toBe('signed-out');
    await errorOf(truconn.auth.me());
    expect(server.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it.each([
    ['no times', { renewAtMs: undefined, expiresAtMs: undefined }],
    ['times that are none', { renewAtMs: 'soon', expiresAtMs: null }],
    ['times long ago', { renewAtMs: 0, expiresAtMs: 0 }],
  ])('that is a pair with %s is renewed when its time has come', async (_what, changes) => {
    const expired = refuse('SESSION_EXPIRED', 401);
    await using server = await startServer((request, response) => {
      const isNew = request.headers.authorization !== `Bearer ${storage.accessToken}`;
      return (isNew ? open : expired)(request, response);
    });
    const storage = await holdSession();
    storage.value = JSON.stringify({ ...JSON.parse(storage.value ?? ''), ...changes });
    const truconn = createTruConn({ baseUrl: server.url, storage });
    await truconn.auth.me();
    expect(server.requests.slice(-2).map(({ paths }) => paths[0])).toEqual(['auth.refresh', 'auth.me']);
  });
});
