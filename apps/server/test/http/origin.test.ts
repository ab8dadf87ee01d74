import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, type Edge, startEdge } from './support.ts';
import { ran } from './test-router.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({
    settings: { publicUrl: 'https://truconn.test', corsOrigins: ['https://console.test'] },
  });
});
afterAll(() => edge[Symbol.asyncDispose]());

const cookie = { cookie: 'sessionid=abc' };
const post = (headers: Record<string, string>, path = '/plain') => edge.post(path, {}, headers);

describe('unsafe requests from other origins are refused', () => {
  it.each([
    ['another site', { origin: 'https://evil.test' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['a subdomain', { origin: 'https://a.truconn.test' }],
    ['another port', { host: 'localhost:8000', origin: 'http://localhost:3000' }],
    ['another scheme', { host: 'localhost:8000', origin: 'https://localhost:8000' }],
    ['two origins', { origin: 'https://truconn.test, https://evil.test' }],
    ['a longer name', { origin: 'https://truconn.test.evil.test' }],
    ['a cross-site form without Origin', { 'sec-fetch-site': 'cross-site' }],
    ['a same-site form without Origin', { 'sec-fetch-site': 'same-site' }],
    ['an empty Authorization header', { origin: 'https://evil.test', authorization: '' }],
  ])('%s', async (_name, headers) => {
    const rest = await post({ ...cookie, ...headers });
    expect(rest.status).toBe(403);
    expect(rest.json).toEqual({ detail: 'Requests from this origin are not accepted.' });
    const before = ran.count;
    const trpc = await post({ ...cookie, ...headers }, '/trpc/edge.touch');
    expect(trpc.status).toBe(403);
    expect(codeOf(trpc)).toBe('ORIGIN_REFUSED');
    expect(ran.count).toBe(before);
  });

  it('without a cookie too: sign-in makes one', async () => {
    expect((await post({ origin: 'https://evil.test' })).status).toBe(403);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'POST'])('with the method %s', async (method) => {
    const answer = await edge.send('/items/1', { method, headers: { origin: 'https://evil.test' } });
    expect(answer.status).toBe(403);
  });
});

describe('our own pages, and what is no page, pass', () => {
  it.each([
    ['PUBLIC_URL', { origin: 'https://truconn.test' }],
    ['a CORS origin', { origin: 'https://console.test' }],
    ['the allowed host it was sent to', { host: 'localhost:8000', origin: 'http://localhost:8000' }],
    ['the same in other letters', { host: 'LOCALHOST:8000', origin: 'http://localhost:8000' }],
    ['a default port', { host: 'localhost:80', origin: 'http://localhost' }],
    ['curl', {}],
    ['same-origin without Origin', { 'sec-fetch-site': 'same-origin' }],
    ['an address typed by a person', { 'sec-fetch-site': 'none' }],
    [
      'an own Origin, whatever Sec-Fetch-Site says',
      { origin: 'https://console.test', 'sec-fetch-site': 'cross-site' },
    ],
  ])('%s', async (_name, headers) => {
    const answer = await post({ ...cookie, ...headers });
    expect(answer.status).toBe(200);
    expect(answer.json.foreign).toBe(false);
  });

  it('a foreign page with an Authorization header passes and is marked', async () => {
    const answer = await post({ origin: 'https://evil.test', authorization: 'Bearer x' });
    expect(answer.status).toBe(200);
    expect(answer.json.foreign).toBe(true);
  });

  it('reading is not affected', async () => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await edge.send('/plain', {
        method,
        headers: { ...cookie, origin: 'https://evil.test' },
      });
      expect(answer.status).toBe(200);
    }
  });

  it('a mutation cannot be sent as GET', async () => {
    const answer = await edge.send('/trpc/edge.touch', {
      headers: { ...cookie, origin: 'https://evil.test' },
    });
    expect(answer.status).toBe(405);
  });
});

describe('CORS is an exact list', () => {
  it('a listed origin gets its headers, with credentials and the headers it may read', async () => {
    const answer = await edge.send('/plain', { headers: { origin: 'https://console.test' } });
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'https://console.test',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers':
        'x-request-id, retry-after, ratelimit, ratelimit-policy, link, last-event-id',
      vary: 'Origin',
    });
  });

  it('caches are told that answers vary by origin, on both faces', async () => {
    for (const path of ['/plain', '/trpc/edge.echo', '/nowhere']) {
      expect((await edge.send(path)).headers.vary).toMatch(/^Origin/);
    }
  });

  it('an error is readable to a listed origin as well', async () => {
    for (const path of ['/nowhere', '/trpc/nope']) {
      const answer = await edge.send(path, { headers: { origin: 'https://console.test' } });
      expect(answer.headers['access-control-allow-origin']).toBe('https://console.test');
    }
  });

  it('a preflight names what may be sent', async () => {
    const answer = await edge.send('/trpc/edge.touch', {
      method: 'OPTIONS',
      headers: { origin: 'https://console.test', 'access-control-request-method': 'POST' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-methods']).toContain('PATCH');
    for (const header of [
      'authorization',
      'content-type',
      'idempotency-key',
      'trpc-accept',
      'last-event-id',
      'x-csrftoken',
    ]) {
      expect(answer.headers['access-control-allow-headers']).toContain(header);
    }
  });

  it.each([
    'https://evil.test',
    'null',
    'https://console.test.evil.test',
    'http://console.test',
    'https://truconn.test',
  ])('%s gets no CORS header, in answers and preflights', async (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      const answer = await edge.send('/plain', {
        method,
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
});
