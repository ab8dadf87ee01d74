import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createTruConn } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import {
  cut,
  cutChunked,
  listen,
  page,
  type Reply,
  reset,
  send,
  startServer,
} from './support/scripted-server.ts';
import { holdSession } from './support/tokens.ts';

const CALLS = ['query', 'mutation'] as const;

/** What a call without repetitions ends with, sent alone or in a batch. */
async function ending(url: string, kind: (typeof CALLS)[number], timeoutMs = 10_000) {
  const truconn = createTruConn({ baseUrl: url, timeoutMs, retries: 0 });
  return errorOf(kind === 'query' ? truconn.consent.list() : truconn.consent.grant({ categoryId: 4 }));
}

describe.each(CALLS)('a %s', (kind) => {
  it.each<[string, Reply]>([
    ['resets the connection', reset],
    ['cuts an answer in its middle', cut],
    ['ends a chunked answer in its middle', cutChunked],
  ])('to a server that %s is a NETWORK_ERROR', async (_what, reply) => {
    await using server = await startServer(reply);
    const error = await ending(server.url, kind);
    expect(error).toMatchObject({ code: 'NETWORK_ERROR' });
    expect(error.cause).toBeInstanceOf(Error);
    expect(server.requests).toHaveLength(1);
  });

  it('to a port where nobody listens is a NETWORK_ERROR', async () => {
    const server = await startServer(reset);
    await server[Symbol.asyncDispose]();
    expect(await ending(server.url, kind)).toMatchObject({ code: 'NETWORK_ERROR' });
  });

  it.each([
    ['something else than HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['half of a head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['nothing', ''],
  ])('to a server that says %s and leaves is a NETWORK_ERROR', async (_what, words) => {
    await using server = await startSocketServer((socket) => socket.end(words));
    expect(await ending(server.url, kind)).toMatchObject({ code: 'NETWORK_ERROR' });
  });

  it.each([200, 403, 404, 500, 502])(
    'answered by a page with status %i is an INVALID_RESPONSE that says so',
    async (status) => {
      await using server = await startServer(page(status));
      const error = await ending(server.url, kind);
      expect(error).toMatchObject({ code: 'INVALID_RESPONSE', status });
      expect(error.message).toContain(`status ${status}`);
    },
  );

  it('sent on to the page of a portal is an INVALID_RESPONSE', async () => {
    await using server = await startServer((request, response) =>
      request.url.startsWith('/login')
        ? page(200)(request, response)
        : send(302, '', { location: '/login' })(request, response),
    );
    expect(await ending(server.url, kind)).toMatchObject({ code: 'INVALID_RESPONSE', status: 302 });
  });

  it.each([
    ['nothing', ''],
    ['half of a JSON text', '{"result":{"data'],
    ['null', 'null'],
    ['a number', '7'],
    ['a word', '"hello"'],
    ['an empty list', '[]'],
    ['a list of nothings', '[null]'],
    ['an empty object', '{}'],
    ['JSON of another service', '{"message":"Welcome"}'],
    ['an error of another service', '{"error":{"message":"No route","code":404}}'],
    ['an error that is a word', '{"error":"no such key"}'],
    ['an error with data of another shape', '{"error":{"message":"No","code":1,"data":{"code":5}}}'],
    ['a result that is none', '{"result":null}'],
  ])('answered with %s is an INVALID_RESPONSE', async (_what, text) => {
    await using server = await startServer(send(200, text, { 'content-type': 'application/json' }));
    expect(await ending(server.url, kind)).toMatchObject({ code: 'INVALID_RESPONSE' });
  });

  it.each(['null', '{}', '{"error":{"message":"No route","code":404}}'])(
    'answered with %s is an INVALID_RESPONSE with its status',
    async (text) => {
      await using server = await startServer(send(404, text, { 'content-type': 'application/json' }));
      expect(await ending(server.url, kind)).toMatchObject({ code: 'INVALID_RESPONSE', status: 404 });
    },
  );
});

it('a batch that is answered with too few results fails the calls without one', async () => {
  const one = '[{"result":{"data":{"items":[],"nextCursor":null}}}]';
  await using server = await startServer(send(200, one, { 'content-type': 'application/json' }));
  const truconn = createTruConn({ baseUrl: server.url, retries: 0 });
  const [first, second] = await Promise.allSettled([truconn.consent.list(), truconn.consent.categories()]);
  expect(first).toMatchObject({ status: 'fulfilled', value: { items: [] } });
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'INVALID_RESPONSE' } });
});

it('a connection that breaks while a large input is on its way is a NETWORK_ERROR', async () => {
  await using server = await startSocketServer((socket) => {
    socket.once('data', () => socket.resetAndDestroy());
  });
  const truconn = createTruConn({ baseUrl: server.url });
  const error = await errorOf(truconn.profile.setAvatar({ data: 'A'.repeat(20_000_000) }));
  expect(error).toMatchObject({ code: 'NETWORK_ERROR' });
});

it('nothing is carried to where an answer redirects: no token, no password, no header', async () => {
  await using elsewhere = await startServer(page(200));
  const redirect = send(307, '', { location: `${elsewhere.url}/trpc/elsewhere` });
  await using server = await startServer(redirect);
  const kept = await holdSession();
  const truconn = createTruConn({ baseUrl: server.url, storage: kept, retries: 0 });
  const calls = [
    () => truconn.consent.list(),
    () => truconn.auth.signIn({ identifier: 'asha', password: 'plum-orbit-lantern-42' }),
    () => truconn.consent.watch().next(),
  ];
  for (const call of calls) {
    expect(await errorOf(call())).toMatchObject({ code: 'INVALID_RESPONSE', status: 307 });
  }
  expect(server.requests).toHaveLength(3);
  expect(elsewhere.requests).toEqual([]);
});

interface SocketServer extends AsyncDisposable {
  url: string;
}

async function startSocketServer(serve: (socket: Socket) => unknown): Promise<SocketServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    serve(socket);
  });
  const url = await listen(server);
  return {
    url,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
