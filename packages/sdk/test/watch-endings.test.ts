import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createTruConn } from '../src/index.ts';
import { endingOf, errorOf } from './support/errors.ts';
import { beginStream, leave, sendEvent, take, tellLedger } from './support/event-stream.ts';
import {
  answer,
  page,
  type Reply,
  refuse,
  reset,
  send,
  silence,
  startServer,
} from './support/scripted-server.ts';
import { holdSession, makePair } from './support/tokens.ts';

describe('a stream that is refused', () => {
  it.each<[string, Reply]>([
    ['FORBIDDEN', refuse('FORBIDDEN', 403)],
    ['INVALID_INPUT', refuse('INVALID_INPUT', 400)],
    ['INVALID_RESPONSE', page(200)],
    ['INVALID_RESPONSE', page(404)],
    ['INVALID_RESPONSE', answer({ items: [] })],
    ['INVALID_RESPONSE', send(200, 'null', { 'content-type': 'application/json' })],
  ])('throws %s, and is not asked for again', async (code, reply) => {
    await using server = await startServer(reply);
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await endingOf(take(truconn.consent.watch(), 1))).toBe(code);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[string, Reply]>([
    ['NETWORK_ERROR', reset],
    ['OVERLOADED', refuse('OVERLOADED', 503)],
  ])('at its beginning by %s is tried as often as a query', async (code, reply) => {
    await using server = await startServer(reply);
    const truconn = createTruConn({ baseUrl: server.url, retries: 1 });
    expect(await endingOf(take(truconn.consent.watch(), 1))).toBe(code);
    expect(server.requests).toHaveLength(2);
  });

  it('at its beginning by silence is a TIMEOUT', async () => {
    await using server = await startServer(silence);
    const truconn = createTruConn({ baseUrl: server.url, retries: 0, timeoutMs: 100 });
    expect(await endingOf(take(truconn.consent.watch(), 1))).toBe('TIMEOUT');
  });

  it('at its beginning, with a time to wait that is longer than a call may take, throws at once', async () => {
    await using server = await startServer(refuse('OVERLOADED', 503, { retryAfterSeconds: 60 }));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await errorOf(take(truconn.consent.watch(), 1))).toMatchObject({
      code: 'OVERLOADED',
      retryAfterSeconds: 60,
    });
    expect(server.requests).toHaveLength(1);
  });

  it('by a page is an INVALID_RESPONSE with its status', async () => {
    await using server = await startServer(page(404));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await errorOf(take(truconn.consent.watch(), 1))).toMatchObject({
      code: 'INVALID_RESPONSE',
      status: 404,
    });
  });

  it('in its middle throws the error of the server', async () => {
    const data = { code: 'FORBIDDEN', httpStatus: 403, requestId: 'r-9' };
    await using server = await startServer((_request, response) => {
      beginStream(response);
      sendEvent(response, 1);
      response.write(
        `event: serialized-error\ndata: ${JSON.stringify({ message: 'No more.', code: -32_003, data })}\n\n`,
      );
    });
    const truconn = createTruConn({ baseUrl: server.url });
    const error = await errorOf(take(truconn.consent.watch(), 9));
    expect(error).toMatchObject({ code: 'FORBIDDEN', status: 403, requestId: 'r-9', message: 'No more.' });
    expect(server.requests).toHaveLength(1);
  });

  it.each(['{"seq":', 'hello'])('an event that is no JSON (%s) throws INVALID_RESPONSE', async (data) => {
    await using server = await startServer((_request, response) => {
      beginStream(response);
      response.write(`id: 1\ndata: ${data}\n\n`);
    });
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await endingOf(take(truconn.consent.watch(), 1))).toBe('INVALID_RESPONSE');
  });
});

it('a stream whose headers cannot be made throws INVALID_INPUT with what was thrown', async () => {
  await using server = await startServer(tellLedger(1, 1, leave));
  const cause = new Error('no trace id');
  const headers = () => Promise.reject(cause);
  const truconn = createTruConn({ baseUrl: server.url, headers });
  expect(await errorOf(take(truconn.consent.watch(), 1))).toMatchObject({ code: 'INVALID_INPUT', cause });
  expect(server.requests).toEqual([]);
});

describe('a stream that its reader gives up', () => {
  it('by leaving the loop frees the server', async () => {
    await using server = await startServer(tellLedger(1, 1, leave));
    const truconn = createTruConn({ baseUrl: server.url });
    await take(truconn.consent.watch(), 1);
    while (server.requests[0]?.wasLeft !== true) await sleep(2);
  });

  it.each<[string, Reply, number]>([
    ['while it waits for events', tellLedger(0, 1, leave), 1],
    ['while it connects', silence, 1],
    ['while it waits to connect again', refuse('OVERLOADED', 503, { retryAfterSeconds: 5 }), 1],
  ])('by its signal, %s, ends quietly', async (_when, reply, requests) => {
    await using server = await startServer(reply);
    const truconn = createTruConn({ baseUrl: server.url });
    const left = new AbortController();
    const reading = take(truconn.consent.watch({}, { signal: left.signal }), 1);
    await server.arrived(1);
    await sleep(50);
    left.abort();
    expect(await reading).toEqual([]);
    expect(server.requests).toHaveLength(requests);
  });

  it('by its signal while a refresh has no answer ends quietly', async () => {
    await using server = await startServer(silence);
    const storage = await holdSession({ lifeSeconds: 0 });
    const truconn = createTruConn({ baseUrl: server.url, storage, timeoutMs: 60_000 });
    const left = new AbortController();
    const reading = take(truconn.consent.watch({}, { signal: left.signal }), 1);
    await server.arrived(1);
    left.abort();
    expect(await reading).toEqual([]);
  });

  it('before it began is never asked for', async () => {
    await using server = await startServer(tellLedger(1, 1, leave));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await take(truconn.consent.watch({}, { signal: AbortSignal.abort() }), 1)).toEqual([]);
    expect(server.requests).toEqual([]);
  });
});

describe('the session of a stream', () => {
  const isRenewed = (refreshed: string) => (request: { headers: { authorization?: string | undefined } }) =>
    request.headers.authorization === `Bearer ${refreshed}`;

  it('is renewed when the server does not take the token, and the stream goes on', async () => {
    const renewed = makePair({ generation: 1 });
    const isNew = isRenewed(renewed.accessToken);
    await using server = await startServer((request, response) => {
      if (request.paths[0] === 'auth.refresh') return answer(renewed)(request, response);
      return (isNew(request) ? tellLedger(2, 2, leave) : refuse('SESSION_EXPIRED', 401))(request, response);
    });
    const truconn = createTruConn({ baseUrl: server.url, storage: await holdSession() });
    expect(await take(truconn.consent.watch(), 2)).toEqual([1, 2]);
    expect(server.requests.map(({ paths }) => paths[0])).toEqual([
      'consent.watch',
      'auth.refresh',
      'consent.watch',
    ]);
  });

  it('that has ended ends the stream with the reason', async () => {
    const heard: unknown[] = [];
    await using server = await startServer((request, response) => {
      if (server.requests.length > 1) return refuse('UNAUTHENTICATED', 401)(request, response);
      beginStream(response);
      sendEvent(response, 1);
      const data = { code: 'UNAUTHENTICATED', httpStatus: 401, requestId: 'r-1' };
      response.end(
        `event: serialized-error\ndata: ${JSON.stringify({ message: 'Gone.', code: -32_001, data })}\n\n`,
      );
    });
    const truconn = createTruConn({
      baseUrl: server.url,
      storage: await holdSession(),
      onSessionChange: (change) => heard.push(change),
    });
    expect(await endingOf(take(truconn.consent.watch(), 9))).toBe('UNAUTHENTICATED');
    expect(heard).toEqual([{ status: 'signed-out', reason: 'UNAUTHENTICATED' }]);
  });
});
