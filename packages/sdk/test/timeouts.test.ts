import { describe, expect, it } from 'vitest';
import { createTruConn, memoryStorage } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import { answer, refuse, silence, stall, startServer, trickle } from './support/scripted-server.ts';
import { holdSession, makePair } from './support/tokens.ts';

const PAGE = { items: [], nextCursor: null };

describe('a call that takes longer than its time', () => {
  it.each([
    ['says nothing', silence],
    ['stops in the middle of an answer', stall],
    ['sends its answer byte by byte', trickle],
  ])('is a TIMEOUT when the server %s, and is not repeated', async (_what, reply) => {
    await using server = await startServer(reply);
    const truconn = createTruConn({ baseUrl: server.url, timeoutMs: 400 });
    const calls = [truconn.consent.list(), truconn.consent.grant({ categoryId: 4 })];
    for (const error of await Promise.all(calls.map(errorOf))) {
      expect(error).toMatchObject({ code: 'TIMEOUT' });
      expect(error.message).toContain('400');
    }
    expect(server.requests).toHaveLength(2);
  });

  it('takes its connection back from the server', async () => {
    await using server = await startServer(stall);
    const truconn = createTruConn({ baseUrl: server.url, timeoutMs: 500 });
    await errorOf(truconn.consent.list());
    while (server.requests[0]?.wasLeft !== true) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  it('has its time in all: repetitions do not begin it anew', async () => {
    await using server = await startServer(refuse('OVERLOADED', 503));
    const truconn = createTruConn({ baseUrl: server.url, retries: 1_000, timeoutMs: 600 });
    expect(await errorOf(truconn.consent.list())).toMatchObject({ code: 'OVERLOADED', status: 503 });
    expect(server.requests.length).toBeLessThan(10);
  });

  it('has a time of its own where it says so', async () => {
    await using server = await startServer(silence);
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await errorOf(truconn.consent.list({}, { timeoutMs: 80 }))).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends alone: the others of its batch are answered', async () => {
    await using server = await startServer(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      answer(PAGE)(request, response);
    });
    const truconn = createTruConn({ baseUrl: server.url });
    const [hurried, patient] = await Promise.allSettled([
      truconn.consent.list({}, { timeoutMs: 300 }),
      truconn.consent.categories(),
    ]);
    expect(hurried).toMatchObject({ status: 'rejected', reason: { code: 'TIMEOUT' } });
    expect(patient).toMatchObject({ status: 'fulfilled', value: PAGE });
    expect(server.requests.map(({ paths }) => paths)).toEqual([['consent.list', 'consent.categories']]);
  });

  it('ends while it waits for a refresh that never ends', async () => {
    await using server = await startServer(silence);
    const storage = await holdSession({ lifeSeconds: 0 });
    const truconn = createTruConn({ baseUrl: server.url, storage });
    expect(await errorOf(truconn.consent.list({}, { timeoutMs: 400 }))).toMatchObject({ code: 'TIMEOUT' });
    expect(server.requests.map(({ paths }) => paths)).toEqual([['auth.refresh']]);
  });

  it.each(['get', 'set'] as const)('ends where storage never finishes %s', async (method) => {
    await using server = await startServer(
      answer({ user: { id: 'asha' }, session: { id: 'session-1' }, ...makePair() }),
    );
    const storage = { ...memoryStorage(), [method]: () => new Promise<never>(() => undefined) };
    const truconn = createTruConn({ baseUrl: server.url, timeoutMs: 150, storage });
    const call =
      method === 'get' ? truconn.auth.me() : truconn.auth.signIn({ identifier: 'a', password: 'b' });
    expect(await errorOf(call)).toMatchObject({ code: 'TIMEOUT' });
  });

  it('ends where the headers never come', async () => {
    await using server = await startServer(answer(PAGE));
    const headers = () => new Promise<never>(() => undefined);
    const truconn = createTruConn({ baseUrl: server.url, timeoutMs: 80, headers });
    expect(await errorOf(truconn.consent.list())).toMatchObject({ code: 'TIMEOUT' });
    expect(server.requests).toEqual([]);
  });
});

describe.each([Number.POSITIVE_INFINITY, 0])('a call without a limit (%s)', (timeoutMs) => {
  it('waits on', async () => {
    await using server = await startServer(async (request, response) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      answer(PAGE)(request, response);
    });
    expect(await createTruConn({ baseUrl: server.url, timeoutMs }).consent.list()).toEqual(PAGE);
    expect(await createTruConn({ baseUrl: server.url }).consent.list({}, { timeoutMs })).toEqual(PAGE);
  });

  it('is repeated where that is safe', async () => {
    await using server = await startServer(refuse('OVERLOADED', 503), answer(PAGE));
    expect(await createTruConn({ baseUrl: server.url, timeoutMs }).consent.list()).toEqual(PAGE);
    expect(server.requests).toHaveLength(2);
  });
});

it('a limit longer than timers know does not end a call at once', async () => {
  await using server = await startServer(async (request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    answer(PAGE)(request, response);
  });
  const truconn = createTruConn({ baseUrl: server.url, timeoutMs: 2 ** 40 });
  expect(await truconn.consent.list()).toEqual(PAGE);
});
