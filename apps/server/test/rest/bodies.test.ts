import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/rest/register.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { type Route, withBody } from './routes.ts';
import { once, signInByRest } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const signInOnce = once(() => signInByRest(app));

const REQUIRED = ['This field is required.'];

describe('a body', () => {
  it.each(withBody)('of $route that is no JSON is a parse error', async ({ route }) => {
    const { access } = await signInOnce();
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
    for (const body of ['{"email": "jane', '{email: 1}', '{"a":1,}', "{'a':1}", 'null null']) {
      const answer = await app.rest(route, { headers, body });
      expect([answer.status, Object.keys(answer.body)]).toEqual([400, ['detail']]);
      expect(answer.body.detail).toMatch(/^JSON parse error - ./);
      expect(answer.body.detail).not.toContain('jane');
    }
  });

  it.each(withBody)('of $route in another format is 415', async ({ route }) => {
    const { access } = await signInOnce();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/xml',
    ]) {
      const headers = { authorization: `Bearer ${access}`, 'content-type': type };
      const answer = await app.rest(route, { headers, body: 'email=jane%40example.com' });
      expect([type, answer.status, answer.body.detail]).toEqual([
        type,
        415,
        'Send the body as application/json.',
      ]);
    }
  });

  const hostile: [string, string][] = [
    ['__proto__', '{"__proto__": {"role": "ADMIN"}}'],
    ['constructor', '{"constructor": 1}'],
    ['a key twice', '{"email": "a@example.com", "email": "b@example.com"}'],
    ['NUL', '{"email": "a\\u0000@example.com"}'],
    ['half a surrogate pair', '{"email": "\\ud800"}'],
    ['deep nesting', `${'['.repeat(100)}${']'.repeat(100)}`],
  ];
  it.each(hostile)('with %s is 400 everywhere', async (_name, body) => {
    const { access } = await signInOnce();
    for (const { route } of withBody) {
      const answer = await app.rest(route, { body, headers: { authorization: `Bearer ${access}` } });
      expect([route, answer.status]).toEqual([route, 400]);
    }
  });

  const reading = ROUTES.flatMap(({ method, url, access, body }) =>
    body === undefined || url.includes(':') ? [] : [{ route: `${method} ${url}` as Route, access }],
  );
  it.each(reading)('of $route that is no object says so, and nothing else', async ({ route, access }) => {
    const { token } = await signInOnce();
    const headers = access === 'person' ? { authorization: `Token ${token}` } : {};
    for (const body of ['[]', '"text"', '7', 'null', 'true']) {
      const { status, body: errors } = await app.rest(route, { headers, body });
      expect([body, status, errors]).toEqual([body, 400, { non_field_errors: ['Must be an object.'] }]);
    }
  });

  it.each(reading)('of $route names no field that nobody sent', async ({ route, access }) => {
    const { token } = await signInOnce();
    const headers = access === 'person' ? { authorization: `Token ${token}` } : {};
    const { body } = await app.rest(route, { headers, body: { toString: 1, valueOf: 1, hasOwnProperty: 1 } });
    expect(JSON.stringify(body)).not.toContain('native code');
  });

  it('may be missing where nothing is required, and is {} where it is empty', async () => {
    expect((await app.rest('POST /api/register/')).body).toEqual({
      email: REQUIRED,
      password: REQUIRED,
      password2: REQUIRED,
    });
    const headers = { 'content-type': 'application/json' };
    expect((await app.rest('POST /api/register/', { headers, body: '' })).body.email).toEqual(REQUIRED);
  });

  it('too large is 413', async () => {
    const body = JSON.stringify({ email: 'x'.repeat(1_100_000) });
    expect((await app.rest('POST /api/register/', { body })).status).toBe(413);
  });
});
