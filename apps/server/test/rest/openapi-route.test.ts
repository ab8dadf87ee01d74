import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../src/rest/openapi/document.ts';
import { bearer } from '../support/calls.ts';
import { DOCUMENT, type DocumentedAnswer, expectDocumented, parametersOf } from '../support/openapi.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { nameOf, OPERATIONS, routesOf } from './openapi-parts.ts';

describe('GET /api/openapi.json', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp({ env: { CORS_ORIGINS: 'https://app.example.org' } });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  it('is for everybody, and says where this server is and how its cookie is called', async () => {
    const answer = await app.rest('GET /api/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.body).toEqual(JSON.parse(JSON.stringify(openApiDocument(app.settings.publicUrl))));
    expect(answer.body).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'TruConn API', version: '0.1.0' },
      servers: [{ url: app.settings.publicUrl }],
      components: {
        securitySchemes: {
          sessionCookie: { type: 'apiKey', in: 'cookie', name: 'sessionid' },
          bearer: { type: 'http', scheme: 'bearer' },
          token: { type: 'apiKey', in: 'header', name: 'Authorization' },
        },
      },
    });
    const secure = openApiDocument('https://truconn.example.org');
    expect(secure.servers).toEqual([{ url: 'https://truconn.example.org' }]);
    expect(secure.components?.securitySchemes?.sessionCookie).toMatchObject({ name: '__Host-sessionid' });
  });

  it('is sent once to who asks again with its tag', async () => {
    const { headers } = await app.rest('GET /api/openapi.json');
    expect(headers.get('cache-control')).toBe('public, no-cache');
    const etag = headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await app.rest('GET /api/openapi.json', { headers: { 'if-none-match': tags } });
      expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', etag]);
    }
    const other = await app.rest('GET /api/openapi.json', { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('is read by pages of allowed origins, and of no other', async () => {
    const from = async (origin: string) =>
      (await app.rest('GET /api/openapi.json', { headers: { origin } })).headers.get(
        'access-control-allow-origin',
      );
    expect(await from('https://app.example.org')).toBe('https://app.example.org');
    expect(await from('https://evil.example.org')).toBeNull();
  });

  it('has every URL that the server has where the documents’ URLs are', () => {
    const own = /^\/api\/(?:openapi\.json|docs(?:\/|$))/;
    const served = routesOf(app.app).filter(({ url }) => /^(?:\/user)?\/api\//.test(url) && !own.test(url));
    const names = served.map(({ method, url }) => nameOf({ method, path: url }));
    const documented = OPERATIONS.map(([name]) => name.replace(/\{\w+\}/g, ':').replace(/\/$/, ''));
    expect([...new Set(names)].sort()).toEqual(documented.sort());
  });

  it.each(OPERATIONS)(
    '%s says rightly whether nobody may use it',
    async (_name, { method, path, operation }) => {
      const url = path.replace('{user_id}', crypto.randomUUID()).replace(/\{\w+\}/g, '7') as `/${string}`;
      const answer = await app.rest(`${method} ${url}`, method === 'GET' ? {} : { body: {} });
      if (operation.security === undefined) {
        expect([answer.status, answer.body]).toEqual([
          401,
          { detail: 'Authentication credentials were not provided.' },
        ]);
      } else {
        expect(operation.security).toEqual([]);
        expect(answer.status).not.toBe(401);
      }
      expectDocumented(method, url, answer.status, answer.body);
    },
  );

  it.each(OPERATIONS)('%s takes the parameters that it names', (_name, { path, operation }) => {
    const inPath = parametersOf(operation).filter((one) => one.in === 'path');
    expect(inPath.map(({ name }) => `{${name}}`)).toEqual(path.match(/\{\w+\}/g) ?? []);
    for (const { name, required, schema } of inPath) {
      expect(required).toBe(true);
      expect(schema).toEqual(
        name === 'user_id'
          ? { type: 'string', format: 'uuid' }
          : { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
      );
    }
  });

  it('has one cursor and one limit for all lists', () => {
    const lists = OPERATIONS.map(([, { operation }]) =>
      parametersOf(operation).filter((one) => one.in === 'query'),
    );
    const paged = lists.filter((parameters) => parameters.length > 0);
    expect(paged.length).toBeGreaterThan(5);
    for (const [cursor, limit, ...more] of paged) {
      expect([cursor?.name, limit?.name, more]).toEqual(['cursor', 'limit', []]);
      expect([cursor?.required, limit?.required]).toEqual([undefined, undefined]);
      expect(limit?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 1000 });
    }
  });

  it('describes what the server refuses', async () => {
    const json = { 'content-type': 'application/json' };
    const refused = async (route: `POST /${string}`, body: unknown, status: number, headers = json) => {
      const answer = await app.rest(route, { body, headers });
      expect(answer.status).toBe(status);
      const [method = '', url = ''] = route.split(' ');
      expectDocumented(method, url, answer.status, answer.body);
    };
    const credentials = { email: 'nobody@example.com', password: 'wrong-password' };
    await refused('POST /api/auth/login/', credentials, 401);
    await refused('POST /api/auth/login/', '{"email"', 400);
    const { accessToken } = await app.signUp();
    const signedIn = { ...json, ...bearer(accessToken) };
    await refused('POST /api/auth/logout/', '{"email":1,"email":2}', 400, signedIn);
    await refused('POST /api/consents/2147483647/toggle/', {}, 404, signedIn);
    await refused('POST /api/organization/consent/1/toggle-access/', {}, 404, signedIn);
    await refused('POST /api/auth/login', credentials, 415, { 'content-type': 'text/plain' });
    await refused('POST /api/register/', { email: 'x'.repeat(2 ** 20), password: 'x' }, 413);
    await refused('POST /api/token/refresh/', { refresh: 'made-up' }, 401);
  });
});

describe('expectDocumented', () => {
  const profile = DOCUMENT.paths['/api/auth/profile/']?.get?.responses['200'] as DocumentedAnswer;
  const body = profile.content['application/json'].example as Record<string, unknown>;

  it('passes what is documented, with and without the slash and a query', () => {
    expectDocumented('GET', '/api/auth/profile/', 200, body);
    expectDocumented('GET', '/api/auth/profile?x=1', 200, body);
    expectDocumented('POST', '/api/consents/7/toggle/', 404, { detail: 'Not found.' });
  });

  it.each([
    ['a URL', 'GET', '/api/nowhere/', 200, body, /is not documented/],
    ['a method', 'DELETE', '/api/auth/profile/', 200, body, /is not documented/],
    ['a status', 'GET', '/api/auth/profile/', 418, body, /answered 418, which is not documented/],
    ['a property', 'GET', '/api/auth/profile/', 200, { ...body, number: 1 }, /additional properties/],
    [
      'a missing property',
      'GET',
      '/api/auth/profile/',
      200,
      { ...body, bio: undefined },
      /must have required property 'bio'/,
    ],
    ['a type', 'GET', '/api/auth/profile/', 200, { ...body, id: '1' }, /must be integer/],
    [
      'a property of an error',
      'GET',
      '/api/auth/profile/',
      401,
      { detail: '', code: '' },
      /additional properties/,
    ],
  ])('fails for %s that is not', (_what, method, url, status, answer, message) => {
    expect(() => expectDocumented(method, url, status, answer)).toThrow(message);
  });
});
