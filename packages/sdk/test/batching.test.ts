import { describe, expect, it } from 'vitest';
import { createTruConn, type TruConn } from '../src/index.ts';
import { endingOf, errorOf } from './support/errors.ts';
import { answer, page, Refusal, startServer } from './support/scripted-server.ts';

const PAGE = { items: [], nextCursor: null };
const echo = answer((path: string, input: unknown) => ({ path, input }));

const lists = (truconn: TruConn, count: number) =>
  Array.from({ length: count }, (_each, index) => truconn.consent.history({ categoryId: index }));

describe('queries of one moment', () => {
  it.each([
    [1, [1]],
    [2, [2]],
    [10, [10]],
    [11, [10, 1]],
    [25, [10, 10, 5]],
  ])('share requests: %i travel as %j', async (count, sizes) => {
    await using server = await startServer(echo);
    const truconn = createTruConn({ baseUrl: server.url });
    const answers = await Promise.all(lists(truconn, count));
    const inputs = Array.from({ length: count }, (_each, index) => ({ categoryId: index }));
    expect(answers).toMatchObject(inputs.map((input) => ({ input })));
    expect(server.requests.map(({ paths }) => paths.length).sort((a, b) => b - a)).toEqual(sizes);
  });

  it('with long inputs are shared out over several URLs', async () => {
    await using server = await startServer(echo);
    const truconn = createTruConn({ baseUrl: server.url });
    const cursors = Array.from({ length: 6 }, (_each, index) => String(index).repeat(600));
    await Promise.all(cursors.map((cursor) => truconn.consent.ledger({ cursor })));
    expect(server.requests.flatMap(({ inputs }) => inputs)).toEqual(cursors.map((cursor) => ({ cursor })));
    expect(server.requests.length).toBeGreaterThan(1);
    for (const { url } of server.requests) expect(url.length).toBeLessThanOrEqual(2_000);
  });

  it('of two moments travel apart', async () => {
    await using server = await startServer(echo);
    const truconn = createTruConn({ baseUrl: server.url });
    await truconn.consent.list();
    await truconn.consent.list();
    expect(server.requests).toHaveLength(2);
  });

  it('of two clients travel apart', async () => {
    await using server = await startServer(echo);
    const clients = [createTruConn({ baseUrl: server.url }), createTruConn({ baseUrl: server.url })];
    await Promise.all(clients.map((truconn) => truconn.consent.list()));
    expect(server.requests).toHaveLength(2);
  });
});

it('a query with headers of its own travels alone', async () => {
  await using server = await startServer(echo);
  const truconn = createTruConn({ baseUrl: server.url });
  await Promise.all([
    truconn.consent.list(),
    truconn.consent.list({}, { headers: { 'x-trace': 'mine' } }),
    truconn.consent.categories(),
  ]);
  const own = server.requests.filter(({ headers }) => headers['x-trace'] === 'mine');
  expect(own.map(({ paths }) => paths)).toEqual([['consent.list']]);
  const shared = server.requests.filter(({ headers }) => headers['x-trace'] === undefined);
  expect(shared.map(({ paths }) => paths)).toEqual([['consent.list', 'consent.categories']]);
});

it('mutations are never batched', async () => {
  await using server = await startServer(echo);
  const truconn = createTruConn({ baseUrl: server.url });
  await Promise.all([1, 2, 3].map((categoryId) => truconn.consent.grant({ categoryId })));
  expect(server.requests.map(({ method, paths, isBatch }) => [method, paths, isBatch])).toEqual(
    Array.from({ length: 3 }, () => ['POST', ['consent.grant'], false]),
  );
  expect(server.requests.map(({ inputs }) => inputs[0])).toEqual(
    expect.arrayContaining([1, 2, 3].map((categoryId) => ({ categoryId }))),
  );
});

describe('a call of a batch that fails', () => {
  it('fails alone', async () => {
    const fail = new Refusal('FORBIDDEN', 403);
    await using server = await startServer(
      answer((path: string) => (path === 'admin.users.list' ? fail : PAGE)),
    );
    const truconn = createTruConn({ baseUrl: server.url });
    const calls = [truconn.consent.list(), truconn.admin.users.list(), truconn.consent.categories()];
    expect(await Promise.all(calls.map(endingOf))).toEqual(['ok', 'FORBIDDEN', 'ok']);
    expect(server.requests).toHaveLength(1);
  });

  it('is repeated alone', async () => {
    let isBusy = true;
    await using server = await startServer(
      answer((path: string) => {
        if (path !== 'consent.list' || !isBusy) return PAGE;
        isBusy = false;
        return new Refusal('OVERLOADED', 503);
      }),
    );
    const truconn = createTruConn({ baseUrl: server.url });
    await Promise.all([truconn.consent.list(), truconn.consent.categories()]);
    expect(server.requests.map(({ paths }) => paths)).toEqual([
      ['consent.list', 'consent.categories'],
      ['consent.list'],
    ]);
  });

  it.each([
    ['a number that JSON does not know', 4n],
    ['a circle', circle()],
  ])('because its input holds %s fails alone, and is never sent', async (_what, categoryId) => {
    await using server = await startServer(answer(PAGE));
    const truconn = createTruConn({ baseUrl: server.url });
    // Types do not stop callers from JavaScript.
    const broken = truconn.consent.history({ categoryId: categoryId as number });
    const calls = [truconn.consent.list(), broken, truconn.consent.categories()];
    expect(await Promise.all(calls.map(endingOf))).toEqual(['ok', 'INVALID_INPUT', 'ok']);
    expect(server.requests.flatMap(({ paths }) => paths).sort()).toEqual([
      'consent.categories',
      'consent.list',
    ]);
  });

  it('because its input is too long for any URL says so, and fails alone', async () => {
    await using server = await startServer(answer(PAGE));
    const truconn = createTruConn({ baseUrl: server.url });
    const broken = truconn.consent.ledger({ cursor: 'c'.repeat(100_000) });
    const calls = [truconn.consent.list(), broken, truconn.consent.categories()];
    const endings = await Promise.all(calls.map(endingOf));
    expect([endings[0], endings[2]]).toEqual(['ok', 'ok']);
    expect((await errorOf(broken)).code).toBe('INVALID_INPUT');
  });
});

it('a batch that a proxy refuses as a whole fails each call', async () => {
  await using server = await startServer(page(413));
  const truconn = createTruConn({ baseUrl: server.url });
  const calls = [truconn.consent.list(), truconn.consent.categories()];
  for (const error of await Promise.all(calls.map(errorOf))) {
    expect(error).toMatchObject({ code: 'INVALID_RESPONSE', status: 413 });
  }
});

it('a batch that the server refuses as a whole fails each call with its code', async () => {
  await using server = await startServer((_request, response) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    const data = { code: 'HOST_REFUSED', httpStatus: 400, requestId: 'r-1' };
    response.end(JSON.stringify({ error: { message: 'Not for that host.', code: -32_600, data } }));
  });
  const truconn = createTruConn({ baseUrl: server.url });
  const calls = [truconn.consent.list(), truconn.consent.categories()];
  for (const error of await Promise.all(calls.map(errorOf))) {
    expect(error).toMatchObject({ code: 'HOST_REFUSED', requestId: 'r-1' });
  }
});

function circle(): unknown {
  const each: { self?: unknown } = {};
  each.self = each;
  return each;
}
