import { describe, expect, it } from 'vitest';
import { createTruConn } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import { answer, refuse, silence, stall, startServer } from './support/scripted-server.ts';
import { holdSession, makePair } from './support/tokens.ts';

const PAGE = { items: [], nextCursor: null };
const REASON = new Error('the page was left');

describe.each(['query', 'mutation'] as const)('a %s that its caller gives up', (kind) => {
  const call = (baseUrl: string, signal: AbortSignal) => {
    const { consent } = createTruConn({ baseUrl });
    return kind === 'query' ? consent.list({}, { signal }) : consent.grant({ categoryId: 4 }, { signal });
  };

  it('before it begins is ABORTED, and never sent', async () => {
    await using server = await startServer(answer(PAGE));
    const error = await errorOf(call(server.url, AbortSignal.abort(REASON)));
    expect(error).toMatchObject({ code: 'ABORTED', cause: REASON });
    expect(server.requests).toEqual([]);
  });

  it('at once after it was made is ABORTED', async () => {
    await using server = await startServer(answer(PAGE));
    const left = new AbortController();
    const calling = call(server.url, left.signal);
    left.abort(REASON);
    expect(await errorOf(calling)).toMatchObject({ code: 'ABORTED', cause: REASON });
  });

  it.each([
    ['nothing was answered', silence],
    ['the answer is being read', stall],
  ])('while %s is ABORTED, and leaves the server', async (_when, reply) => {
    await using server = await startServer(reply);
    const left = new AbortController();
    const calling = call(server.url, left.signal);
    await server.arrived(1);
    left.abort(REASON);
    expect(await errorOf(calling)).toMatchObject({ code: 'ABORTED', cause: REASON });
    while (server.requests[0]?.wasLeft !== true) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(server.requests).toHaveLength(1);
  });

  it('after its end has its answer', async () => {
    await using server = await startServer(answer(PAGE));
    const left = new AbortController();
    const answered = await call(server.url, left.signal);
    left.abort(REASON);
    expect(answered).toEqual(PAGE);
  });
});

it('a call given up while it waits to be repeated is ABORTED, and not sent again', async () => {
  await using server = await startServer(refuse('OVERLOADED', 503, { retryAfterSeconds: 2 }));
  const truconn = createTruConn({ baseUrl: server.url });
  const left = new AbortController();
  const calling = truconn.consent.list({}, { signal: left.signal });
  await server.arrived(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  left.abort();
  expect(await errorOf(calling)).toMatchObject({ code: 'ABORTED' });
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(server.requests).toHaveLength(1);
});

describe('calls that wait for one refresh', () => {
  it('are ABORTED alone: the refresh goes on for the others', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    await using server = await startServer(async (request, response) => {
      if (request.paths[0] === 'auth.refresh') await held;
      answer((path: string) => (path === 'auth.refresh' ? makePair({ generation: 1 }) : PAGE))(
        request,
        response,
      );
    });
    const storage = await holdSession({ lifeSeconds: 0 });
    const truconn = createTruConn({ baseUrl: server.url, storage });
    const left = new AbortController();
    const hurried = truconn.consent.list({}, { signal: left.signal });
    const patient = truconn.consent.categories();
    await server.arrived(1);
    left.abort();
    expect(await errorOf(hurried)).toMatchObject({ code: 'ABORTED' });
    release();
    expect(await patient).toEqual(PAGE);
    expect(server.requests.map(({ paths }) => paths)).toEqual([['auth.refresh'], ['consent.categories']]);
  });

  it('do not ask for one when they were given up before', async () => {
    await using server = await startServer(silence);
    const storage = await holdSession({ lifeSeconds: 0 });
    const truconn = createTruConn({ baseUrl: server.url, storage });
    const error = await errorOf(truconn.consent.list({}, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'ABORTED' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(server.requests).toEqual([]);
  });
});

it('of a batch only the call that is given up is ABORTED', async () => {
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  await using server = await startServer(async (request, response) => {
    await held;
    answer(PAGE)(request, response);
  });
  const truconn = createTruConn({ baseUrl: server.url });
  const left = new AbortController();
  const calls = [truconn.consent.list({}, { signal: left.signal }), truconn.consent.categories()];
  const settled = Promise.allSettled(calls);
  await server.arrived(1);
  left.abort();
  expect(await errorOf(calls[0] as Promise<unknown>)).toMatchObject({ code: 'ABORTED' });
  release();
  expect((await settled)[1]).toMatchObject({ status: 'fulfilled', value: PAGE });
  expect(server.requests).toHaveLength(1);
});

it('calls leave nothing behind on a signal that lives on', async () => {
  await using server = await startServer(answer(PAGE));
  const truconn = createTruConn({ baseUrl: server.url });
  const left = new AbortController();
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = left.signal;
  left.signal.addEventListener = (type: string, listener: unknown, options: unknown) => {
    listeners.add(listener);
    addEventListener.call(left.signal, type, listener as EventListener, options as AddEventListenerOptions);
  };
  left.signal.removeEventListener = (type: string, listener: unknown) => {
    listeners.delete(listener);
    removeEventListener.call(left.signal, type, listener as EventListener);
  };
  await truconn.consent.grant({ categoryId: 4 }, { signal: left.signal });
  expect([...listeners]).toEqual([]);
});
