import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createTruConn } from '../src/index.ts';
import { errorOf } from './support/errors.ts';
import { answer, reset, startServer } from './support/scripted-server.ts';
import { holdSession, makePair } from './support/tokens.ts';

const PAGE = { items: [], nextCursor: null };

describe('baseUrl', () => {
  it.each(['', '/', '/behind/a/proxy', '/behind/a/proxy/'])(
    'may end with %j; calls go to /trpc below it',
    async (end) => {
      await using server = await startServer(answer(PAGE));
      await createTruConn({ baseUrl: `${server.url}${end}` }).consent.list();
      expect(server.requests[0]?.url.split('?')[0]).toBe(`${end.replace(/\/+$/, '')}/trpc/consent.list`);
    },
  );

  it.each(['http://[::1]:8000', 'https://truconn.example', '', '/truconn'])('may be %j', (baseUrl) => {
    expect(() => createTruConn({ baseUrl })).not.toThrow();
  });

  it.each([
    'truconn.example',
    '//truconn.example',
    'ftp://truconn.example',
    'javascript:alert(1)',
    'http://',
    'https://truconn.example/?a=b',
    'https://truconn.example/#top',
    'https://truconn.example//',
    'https://truconn example',
    ' https://truconn.example',
  ])('must not be %j', (baseUrl) => {
    expect(() => createTruConn({ baseUrl })).toThrow(TypeError);
  });

  it.each([undefined, null, 7, {}])('must be a text, and not %j', (baseUrl) => {
    // Types do not stop callers from JavaScript, whose variable of the environment is not set.
    expect(() => createTruConn({ baseUrl: baseUrl as unknown as string })).toThrow(TypeError);
  });
});

describe('headers', () => {
  it('of an object go with every request', async () => {
    await using server = await startServer(answer(PAGE));
    const truconn = createTruConn({ baseUrl: server.url, headers: { 'x-tenant': 'north' } });
    await Promise.all([truconn.consent.list(), truconn.consent.grant({ categoryId: 4 })]);
    expect(server.requests.map(({ headers }) => headers['x-tenant'])).toEqual(['north', 'north']);
  });

  it('of a function are asked for each request, the refresh and repetitions among them', async () => {
    await using server = await startServer(
      reset,
      answer((path: string) => (path === 'auth.refresh' ? makePair({ generation: 1 }) : PAGE)),
    );
    let asked = 0;
    const truconn = createTruConn({
      baseUrl: server.url,
      storage: await holdSession({ lifeSeconds: 0 }),
      headers: async () => {
        asked += 1;
        return { 'x-asked': String(asked) };
      },
    });
    await truconn.consent.list();
    expect(server.requests.map(({ paths, headers }) => [paths[0], headers['x-asked']])).toEqual([
      ['auth.refresh', '1'],
      ['auth.refresh', '2'],
      ['consent.list', '3'],
    ]);
  });

  it('of a call win over those of the client', async () => {
    await using server = await startServer(answer(PAGE));
    const truconn = createTruConn({ baseUrl: server.url, headers: { 'x-a': 'client', 'x-b': 'client' } });
    await truconn.consent.list({}, { headers: { 'x-b': 'call' } });
    expect(server.requests[0]?.headers).toMatchObject({ 'x-a': 'client', 'x-b': 'call' });
  });

  it('that cannot be made fail the call with their error', async () => {
    await using server = await startServer(answer(PAGE));
    const cause = new Error('no trace id');
    const truconn = createTruConn({
      baseUrl: server.url,
      headers: () => {
        throw cause;
      },
    });
    expect(await errorOf(truconn.consent.list())).toMatchObject({ cause });
    expect(server.requests).toEqual([]);
  });

  it.each([{ 'x-bad': 'one\r\ntwo: three' }, { 'x bad': 'one' }])(
    'that HTTP does not know (%j) are never sent',
    async (headers) => {
      await using server = await startServer(answer(PAGE));
      const truconn = createTruConn({ baseUrl: server.url, headers, retries: 0 });
      await errorOf(truconn.consent.list());
      expect(server.requests).toEqual([]);
    },
  );
});

describe('fetch', () => {
  it('of the caller carries every request', async () => {
    await using server = await startServer(
      answer((path: string) => (path === 'auth.refresh' ? makePair({ generation: 1 }) : PAGE)),
    );
    const urls: string[] = [];
    const truconn = createTruConn({
      baseUrl: server.url,
      storage: await holdSession({ lifeSeconds: 0 }),
      fetch: (input, init) => {
        urls.push(String(input));
        return fetch(input, init);
      },
    });
    await truconn.consent.list();
    await truconn.consent.grant({ categoryId: 4 });
    expect(urls.map((url) => new URL(url).pathname)).toEqual([
      '/trpc/auth.refresh',
      '/trpc/consent.list',
      '/trpc/consent.grant',
    ]);
  });

  it('is looked up at each call unless told, so that it may be replaced later', async () => {
    await using server = await startServer(answer(PAGE));
    const truconn = createTruConn({ baseUrl: server.url });
    const real = globalThis.fetch;
    let calls = 0;
    globalThis.fetch = (input, init) => {
      calls += 1;
      return real(input, init);
    };
    try {
      await truconn.consent.list();
    } finally {
      globalThis.fetch = real;
    }
    expect(calls).toBe(1);
  });

  it('that throws, or answers what is no answer, is a NETWORK_ERROR with its cause', async () => {
    const cause = new Error('no such host');
    const broken = [
      () => Promise.reject(cause),
      () => {
        throw cause;
      },
      async () => undefined as unknown as Response,
    ];
    for (const fetch of broken) {
      const truconn = createTruConn({ baseUrl: 'https://truconn.example', fetch, retries: 0 });
      const error = await errorOf(truconn.consent.list());
      expect(error).toMatchObject({ code: 'NETWORK_ERROR' });
      expect(error.cause).toBeInstanceOf(Error);
    }
  });

  it('that fails with an AbortError of its own is no ABORTED of the caller', async () => {
    const fetch = () => Promise.reject(new DOMException('the extension stopped it', 'AbortError'));
    const truconn = createTruConn({ baseUrl: 'https://truconn.example', fetch, retries: 0 });
    expect(await errorOf(truconn.consent.list())).toMatchObject({ code: 'NETWORK_ERROR' });
  });

  it('is not asked to send cookies by a bearer client, and is by a cookie client', async () => {
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (_input, init) => {
      asked.push(init?.credentials);
      return Response.json({ result: { data: {} } });
    };
    for (const credential of ['bearer', 'cookie'] as const) {
      await createTruConn({ baseUrl: 'https://truconn.example', credential, fetch }).consent.grant({
        categoryId: 4,
      });
    }
    expect(asked).toEqual([undefined, 'include']);
  });
});

describe('what goes over the wire', () => {
  it('is GET for queries and POST for mutations, the token in its header and never in a URL', async () => {
    await using server = await startServer(answer(PAGE));
    const kept = await holdSession();
    const truconn = createTruConn({ baseUrl: server.url, storage: kept });
    await truconn.consent.list();
    await truconn.consent.grant({ categoryId: 4 });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
    for (const { headers, url } of server.requests) {
      expect(headers.authorization).toBe(`Bearer ${kept.accessToken}`);
      expect(url).not.toContain(kept.accessToken);
    }
  });

  it('of what needs nobody carries no token', async () => {
    await using server = await startServer(answer({ accepted: true }));
    const truconn = createTruConn({ baseUrl: server.url, storage: await holdSession() });
    await truconn.auth.requestPasswordReset({ email: 'asha@example.org' });
    await truconn.auth.verifyEmail({ token: 'of-a-mail' });
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });
});

it('making a client and looking at it sends nothing', async () => {
  await using server = await startServer(answer(PAGE));
  const storage = await holdSession({ lifeSeconds: 0 });
  const truconn = createTruConn({ baseUrl: server.url, storage });
  for (const part of [truconn, truconn.consent, truconn.admin.users, truconn.consent.ledger]) {
    await part;
    inspect(part, { depth: 4, showProxy: false });
    JSON.stringify(part);
    String(part);
    structuredCloneOrNot(part);
    expect(part).toEqual(part);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(server.requests).toEqual([]);
});

// What holds functions cannot be cloned; whoever tries shall hear that, and send nothing.
function structuredCloneOrNot(part: unknown): void {
  try {
    structuredClone(part);
  } catch (error) {
    expect(error).toMatchObject({ name: 'DataCloneError' });
  }
}
