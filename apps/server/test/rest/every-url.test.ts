import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKey } from '../api-keys/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { personal, type Route, routes } from './routes.ts';
import { once, signInByRest } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const signInOnce = once(() => signInByRest(app));
const makeKeyOnce = once(async () => createKey(app, await app.signUpOrganization()));

describe('every URL', () => {
  it.each(routes)('$route answers the same without its trailing slash', async ({ route, method, path }) => {
    const body = method === 'GET' ? {} : { body: {} };
    const answers = await Promise.all([
      app.rest(route, body),
      app.rest(`${method} ${path.replace(/\/$/, '')}` as Route, body),
    ]);
    const [first, second] = answers.map(({ status, body }) => [status, Object.keys(body)]);
    expect(second).toEqual(first);
    expect(first?.[0]).not.toBe(404);
  });

  it.each(personal)('$route tells nobody anything but to bring credentials', async ({ route, method }) => {
    for (const headers of [
      {},
      { authorization: 'Bearer garbage' },
      { authorization: 'Token 9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b' },
      { authorization: 'Basic amFuZTpkb2U=' },
      { cookie: 'sessionid=9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b' },
    ]) {
      for (const body of method === 'GET' ? [undefined] : [undefined, {}, '{"email": ']) {
        const answer = await app.rest(route, { headers, ...(body !== undefined && { body }) });
        expect([answer.status, answer.body]).toEqual([
          401,
          { detail: 'Authentication credentials were not provided.' },
        ]);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      }
    }
  });

  it.each(personal)('$route never falls back to a good cookie from a bad header', async ({ route }) => {
    const { token } = await signInOnce();
    const headers = { cookie: `sessionid=${token}`, authorization: 'Bearer garbage' };
    expect((await app.rest(route, { headers })).status).toBe(401);
  });

  it.each(personal)(
    '$route is forbidden to an API key, before its body is read, and on the audit log',
    async (one) => {
      const { route, method } = one;
      const { key, headers } = await makeKeyOnce();
      const { token } = await signInOnce();
      for (const body of method === 'GET' ? [undefined] : [undefined, '{"email": ']) {
        const call = {
          headers: { ...headers, cookie: `sessionid=${token}` },
          ...(body !== undefined && { body }),
        };
        const answer = await app.rest(route, call);
        expect([answer.status, answer.body]).toEqual([
          403,
          { detail: 'You do not have permission to perform this action.' },
        ]);
        const rows = await app.sql(
          'select action, actor_id, details from audit_events where request_id = $1',
          [answer.headers.get('x-request-id')],
        );
        const details = { procedure: expect.stringContaining('.'), apiKeyId: key.id };
        expect(rows).toEqual([{ action: 'access.denied', actor_id: null, details }]);
      }
    },
  );

  it.each(routes)('$path says which methods it has', async ({ path }) => {
    const { status, body, headers } = await app.rest(`DELETE ${path}` as Route);
    expect([status, body]).toEqual([405, { detail: 'Method "DELETE" not allowed.' }]);
    const methods = routes.filter((other) => other.path === path).map(({ method }) => method);
    expect(headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(methods));
  });
});
