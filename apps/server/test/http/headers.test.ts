import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Edge, parseRaw, startEdge, UUID_V7 } from './support.ts';

let edge: Edge;
beforeAll(async () => {
  edge = await startEdge({ settings: { corsOrigins: ['https://console.test'] } });
});
afterAll(() => edge[Symbol.asyncDispose]());

const everyKind: [string, number, string, object][] = [
  ['an answer', 200, '/plain', {}],
  ['a HEAD', 200, '/plain', { method: 'HEAD' }],
  ['a tRPC answer', 200, '/trpc/edge.echo', {}],
  ['a tRPC HEAD', 204, '/trpc/edge.echo', { method: 'HEAD' }],
  ['a tRPC error', 500, '/trpc/edge.crash', {}],
  ['an unknown URL', 404, '/nowhere', {}],
  ['an unknown procedure', 404, '/trpc/nope', {}],
  ['a wrong method', 405, '/plain', { method: 'DELETE' }],
  ['an unusual method', 405, '/plain', { method: 'PROPFIND' }],
  ['OPTIONS', 204, '/plain', { method: 'OPTIONS' }],
  [
    'a preflight',
    204,
    '/plain',
    {
      method: 'OPTIONS',
      headers: { origin: 'https://console.test', 'access-control-request-method': 'POST' },
    },
  ],
  ['a bad URL', 404, '/plain/%zz', {}],
  ['a bad tRPC URL', 400, '/trpc/%zz', {}],
  ['a refused host', 400, '/plain', { headers: { host: 'evil.test' } }],
  ['a refused origin', 403, '/plain', { method: 'POST', headers: { origin: 'https://evil.test' } }],
  ['a refused type', 415, '/plain', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }],
  ['health', 200, '/healthz', {}],
  ['an expectation', 200, '/plain', { headers: { expect: 'a-miracle' } }],
];

describe.each(everyKind)('%s', (_name, status, path, options) => {
  it(`is ${status}, with our request id and the security headers`, async () => {
    const answer = await edge.send(path, options);
    expect(answer.status).toBe(status);
    expect(answer.headers['x-request-id']).toMatch(UUID_V7);
    expect(answer.headers).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(answer.headers).not.toHaveProperty('x-powered-by');
    expect(answer.headers).not.toHaveProperty('server');
  });
});

describe('request ids', () => {
  it('one that the client sends is ignored', async () => {
    const answer = await edge.send('/plain', { headers: { 'x-request-id': 'mine', 'request-id': 'mine' } });
    expect(answer.headers['x-request-id']).toMatch(UUID_V7);
  });

  it('each request has its own, also on one connection', async () => {
    const text = await edge.raw(
      'GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\nGET /plain HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    );
    const ids = [...text.matchAll(/x-request-id: (\S+)/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(2);
  });

  it('the id in a tRPC error is the one in the header', async () => {
    for (const path of [
      '/trpc/nope',
      '/trpc/edge.crash',
      '/trpc/edge.echo?input={',
      '/trpc/a,b?batch=1&input=1',
      // Refused by tRPC before any context exists.
      '/trpc/edge.echo,edge.touch?batch=1',
    ]) {
      const answer = await edge.send(path);
      const error = Array.isArray(answer.json) ? answer.json[0].error : answer.json.error;
      expect(error.data.requestId).toBe(answer.headers['x-request-id']);
    }
  });
});

describe('strict transport security', () => {
  it('is sent when people come by https, and only then', async () => {
    await using secure = await startEdge({ settings: { publicUrl: 'https://truconn.test' } });
    expect((await secure.send('/plain')).headers['strict-transport-security']).toMatch(/max-age=31536000/);
    expect((await edge.send('/plain')).headers).not.toHaveProperty('strict-transport-security');
    const raw = parseRaw(await secure.raw('garbage\r\n\r\n'));
    expect(raw.headers['strict-transport-security']).toMatch(/max-age/);
  });
});
