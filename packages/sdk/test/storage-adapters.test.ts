import { describe, expect, it } from 'vitest';
import { createTruConn, memoryStorage, webStorage } from '../src/index.ts';
import { CREDENTIALS, open } from './support/open-server.ts';
import { startServer } from './support/scripted-server.ts';

describe('memoryStorage', () => {
  it('is what a client has unless told, each its own', async () => {
    await using server = await startServer(open);
    await createTruConn({ baseUrl: server.url }).auth.signIn(CREDENTIALS);
    await createTruConn({ baseUrl: server.url }).auth.me();
    expect(server.requests.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it('gives, sets and removes', async () => {
    const storage = memoryStorage();
    expect((await storage.get('a')) ?? null).toBeNull();
    await storage.set('a', '1');
    expect(await storage.get('a')).toBe('1');
    await storage.remove('a');
    expect((await storage.get('a')) ?? null).toBeNull();
  });
});

describe('webStorage', () => {
  it('keeps the session in what looks like localStorage', async () => {
    await using server = await startServer(open);
    const values = new Map<string, string>();
    const storage = webStorage({
      getItem: (key) => values.get(key) ?? null,
      setItem: (key, value) => void values.set(key, value),
      removeItem: (key) => void values.delete(key),
    });
    const truconn = createTruConn({ baseUrl: server.url, storage });
    await truconn.auth.signIn(CREDENTIALS);
    expect([...values.keys()]).toEqual([expect.stringContaining(server.url)]);
    await truconn.auth.signOut();
    expect(values.size).toBe(0);
  });
});
