import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../src/calls/retries.ts';
import { createTruConn, TruConnError } from '../src/index.ts';
import { endingOf, errorOf } from './support/errors.ts';
import { answer, cut, page, type Reply, refuse, reset, startServer } from './support/scripted-server.ts';
import { holdSession } from './support/tokens.ts';

const PAGE = { items: [], nextCursor: null };
const VIEW = { categoryId: 4 };
// Timers may fire a little early by the clock that measures them.
const EARLY_MS = 5;

describe('a query', () => {
  it.each<[string, Reply]>([
    ['a connection that broke', reset],
    ['an answer that broke off', cut],
    ['429', refuse('RATE_LIMITED', 429)],
    ['408', refuse('REQUEST_TIMEOUT', 408)],
    ['503', refuse('OVERLOADED', 503)],
    ['a page with status 429', page(429)],
    ['a page with status 502', page(502)],
    ['a page with status 503', page(503)],
    ['a page with status 504', page(504)],
  ])('is repeated after %s', async (_what, reply) => {
    await using server = await startServer(reply, answer(PAGE));
    expect(await createTruConn({ baseUrl: server.url }).consent.list()).toEqual(PAGE);
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, Reply]>([
    ['INVALID_INPUT', refuse('INVALID_INPUT', 400)],
    ['FORBIDDEN', refuse('FORBIDDEN', 403)],
    ['NOT_FOUND', refuse('NOT_FOUND', 404)],
    ['CONSENT_NOT_GRANTED', refuse('CONSENT_NOT_GRANTED', 400)],
    ['INTERNAL', refuse('INTERNAL', 500)],
    ['INVALID_RESPONSE', page(200)],
    ['INVALID_RESPONSE', page(404)],
    ['INVALID_RESPONSE', page(500)],
  ])('is not repeated after %s', async (code, reply) => {
    await using server = await startServer(reply, answer(PAGE));
    expect(await endingOf(createTruConn({ baseUrl: server.url }).consent.list())).toBe(code);
    expect(server.requests).toHaveLength(1);
  });

  it('is repeated twice unless told otherwise, by the client or for one call', async () => {
    await using server = await startServer(reset);
    const count = async (call: Promise<unknown>) => {
      const before = server.requests.length;
      expect(await errorOf(call)).toMatchObject({ code: 'NETWORK_ERROR' });
      return server.requests.length - before;
    };
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await count(truconn.consent.list())).toBe(3);
    expect(await count(truconn.consent.list({}, { retries: 0 }))).toBe(1);
    const eager = createTruConn({ baseUrl: server.url, retries: 1 });
    expect(await count(eager.consent.list())).toBe(2);
    expect(await count(eager.consent.list({}, { retries: 3 }))).toBe(4);
  });

  it('waits longer after each failure', async () => {
    await using server = await startServer(reset);
    const truconn = createTruConn({ baseUrl: server.url, retries: 4 });
    await errorOf(truconn.consent.list());
    const gaps = server.gaps();
    expect(gaps).toHaveLength(4);
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(100 * 2 ** index - EARLY_MS);
    }
  });

  it('of clients that failed together are not repeated together', () => {
    const overloaded = new TruConnError('OVERLOADED', { message: 'busy', retryAfterSeconds: 1 });
    const delays = Array.from({ length: 200 }, () => retryDelayMs(overloaded, 1));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1_100);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(50);
  });
});

describe('a mutation', () => {
  it.each<[string, Reply]>([
    ['NETWORK_ERROR', reset],
    ['OVERLOADED', refuse('OVERLOADED', 503)],
    ['RATE_LIMITED', refuse('RATE_LIMITED', 429)],
    ['INVALID_RESPONSE', page(502)],
  ])('without an idempotency key is never repeated (%s)', async (code, reply) => {
    await using server = await startServer(reply, answer(VIEW));
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await endingOf(truconn.consent.grant({ categoryId: 4 }, { retries: 5 }))).toBe(code);
    expect(server.requests).toHaveLength(1);
  });

  it('with an idempotency key is repeated with the same key and input', async () => {
    await using server = await startServer(reset, page(502), answer(VIEW));
    const truconn = createTruConn({ baseUrl: server.url });
    const granted = truconn.consent.grant({ categoryId: 4 }, { idempotencyKey: 'once-and-for-all' });
    expect(await granted).toEqual(VIEW);
    expect(server.requests.map(({ headers }) => headers['idempotency-key'])).toEqual(
      Array.from({ length: 3 }, () => 'once-and-for-all'),
    );
    expect(server.requests.map(({ inputs }) => inputs)).toEqual(Array.from({ length: 3 }, () => [VIEW]));
  });

  it('with an idempotency key is not repeated when the server refuses it', async () => {
    await using server = await startServer(refuse('IDEMPOTENCY_CONFLICT', 409), answer(VIEW));
    const truconn = createTruConn({ baseUrl: server.url });
    const granted = truconn.consent.grant({ categoryId: 4 }, { idempotencyKey: 'once' });
    expect(await errorOf(granted)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT', status: 409 });
    expect(server.requests).toHaveLength(1);
  });
});

it('a refresh that failed with all its repetitions is not tried again at once by the next call', async () => {
  await using server = await startServer(reset);
  const truconn = createTruConn({
    baseUrl: server.url,
    storage: await holdSession({ lifeSeconds: 0 }),
    retries: 0,
  });
  await errorOf(truconn.consent.list());
  await errorOf(truconn.consent.list());
  expect(new Set(server.requests.map(({ paths }) => paths[0]))).toEqual(new Set(['auth.refresh']));
  expect(server.gaps()[2]).toBeGreaterThanOrEqual(500);
});

describe('Retry-After', () => {
  it('in seconds is obeyed', async () => {
    await using server = await startServer(page(503, { 'retry-after': '1' }), answer(PAGE));
    expect(await createTruConn({ baseUrl: server.url }).consent.list()).toEqual(PAGE);
    expect(server.gaps()[0]).toBeGreaterThanOrEqual(1_000 - EARLY_MS);
  });

  it('that is no number of seconds is no reason to wait', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    await using server = await startServer(
      page(503, { 'retry-after': date }),
      page(503, { 'retry-after': 'soon' }),
      answer(PAGE),
    );
    expect(await createTruConn({ baseUrl: server.url }).consent.list()).toEqual(PAGE);
  });

  it('in the error of a call that was batched is obeyed', async () => {
    await using server = await startServer(
      refuse('RATE_LIMITED', 429, { retryAfterSeconds: 1 }),
      answer(PAGE),
    );
    const truconn = createTruConn({ baseUrl: server.url });
    await Promise.all([truconn.consent.list(), truconn.consent.categories()]);
    expect(server.gaps()[0]).toBeGreaterThanOrEqual(1_000 - EARLY_MS);
  });

  it.each([
    ['of the header', page(503, { 'retry-after': '60' }), 'INVALID_RESPONSE'],
    ['of the error', refuse('RATE_LIMITED', 429, { retryAfterSeconds: 60 }), 'RATE_LIMITED'],
    ['of a header beside an error', refuse('OVERLOADED', 503, {}, { 'retry-after': '60' }), 'OVERLOADED'],
  ] as const)('%s, longer than the call may take, is told at once', async (_where, reply, code) => {
    await using server = await startServer(reply);
    const truconn = createTruConn({ baseUrl: server.url });
    expect(await errorOf(truconn.consent.list())).toMatchObject({ code, retryAfterSeconds: 60 });
    expect(server.requests).toHaveLength(1);
  });

  it('longer than timers know is no reason to come back at once', async () => {
    await using server = await startServer(page(503, { 'retry-after': '9000000' }), answer(PAGE));
    const truconn = createTruConn({ baseUrl: server.url, timeoutMs: Number.POSITIVE_INFINITY });
    const left = new AbortController();
    const ending = endingOf(truconn.consent.list({}, { signal: left.signal }));
    await server.arrived(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(server.requests).toHaveLength(1);
    left.abort();
    expect(await ending).not.toBe('ok');
  });
});
