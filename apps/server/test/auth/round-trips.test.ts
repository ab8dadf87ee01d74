import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, bearer, signInBrowser } from '../support/calls.ts';
import { statementsOf } from '../support/statements.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let asha: Person;
let browser: Browser;
beforeAll(async () => {
  app = await startTestApp();
  asha = await app.signUp();
  browser = await signInBrowser(app, asha);
});
afterAll(() => app[Symbol.asyncDispose]());

const get = async (path: string, headers: Record<string, string>) => {
  const response = await fetch(`${app.url}/trpc/${path}`, { headers });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: response.status, body: (await response.json()) as any };
};

describe('a read of one’s own account is one round trip to the database', () => {
  it.each([
    ['auth.me', 'with the access token', () => bearer(asha.accessToken)],
    ['auth.me', 'with the session token', () => bearer(browser.token)],
    ['auth.me', 'with the cookie', () => ({ cookie: browser.cookie })],
    ['profile.get', 'with the access token', () => bearer(asha.accessToken)],
    ['profile.get', 'with the cookie', () => ({ cookie: browser.cookie })],
  ])('%s %s', async (procedure, _name, headers) => {
    const statements = await statementsOf(() => get(procedure, headers()));
    expect(statements).toEqual([expect.objectContaining({ name: expect.stringMatching(/^session_by_/) })]);
  });

  it('and none at all for a credential that cannot be one', async () => {
    for (const headers of [{}, bearer('garbage'), bearer('a.b.c'), { cookie: 'sessionid=garbage' }]) {
      expect(await statementsOf(() => get('auth.me', headers))).toEqual([]);
    }
  });

  it('behind a pooler that cannot track names, the statement has none', async () => {
    await using pooled = await startTestApp({ database: app.database, env: { STATEMENT_NAMES: 'off' } });
    const statements = await statementsOf(() =>
      pooled.call('auth.me', { method: 'GET', headers: bearer(browser.token) }),
    );
    expect(statements).toEqual([expect.not.objectContaining({ name: expect.anything() })]);
  });
});

describe('a sign-in', () => {
  const signIn = (identifier: string, password: string) =>
    app.call('auth.signIn', { input: { identifier, password, credential: 'bearer' } });
  /** What is asked: the statements' names, or the tables of those without one. */
  const askedBy = async (work: () => Promise<unknown>) => {
    const statements = (await statementsOf(work)) as (string | { name: string })[];
    return statements.map((one) => (typeof one === 'string' ? /into "(\w+)"/.exec(one)?.[1] : one.name));
  };

  it('that is good asks twice for the limits, and gives both back beside the session’s insert', async () => {
    const asked = await askedBy(() => signIn(asha.email, asha.password));
    expect(asked.slice(0, 2).sort()).toEqual(['credential_by_email', 'limit_charge']);
    expect(asked[2]).toBe('limit_charge');
    expect(asked.slice(3).sort()).toEqual(['limit_refund', 'rate_limits:rlflx-delete', 'session_insert']);
  });

  it.each([
    ['wrong', () => asha.email],
    ['unknown', () => 'nobody@example.com'],
  ])('that is %s asks the same, and leaves its line in the audit log', async (_name, identifier) => {
    const asked = await askedBy(() => signIn(identifier(), 'not-the-password-42'));
    expect(asked.slice(0, 2).sort()).toEqual(['credential_by_email', 'limit_charge']);
    expect(asked.slice(2)).toEqual(['limit_charge', 'audit_events']);
  });
});

describe('a batch', () => {
  it('of several calls asks once who calls', async () => {
    const path = 'auth.me,profile.get,auth.me?batch=1';
    const statements = await statementsOf(async () => {
      const { status, body } = await get(path, bearer(asha.accessToken));
      expect(status).toBe(200);
      expect(body.map((one: { result: { data: unknown } }) => one.result.data)).toMatchObject([
        { user: { id: asha.user.id } },
        { id: asha.user.id },
        { user: { id: asha.user.id } },
      ]);
    });
    expect(statements).toHaveLength(1);
  });

  it('answers each call for itself when some fail', async () => {
    const input = encodeURIComponent(JSON.stringify({ 1: { limit: 0 } }));
    const { status, body } = await get(
      `auth.me,auth.sessions,admin.users.list,auth.nothing?batch=1&input=${input}`,
      bearer(asha.accessToken),
    );
    expect(status).toBe(207);
    expect(body.map((one: { error?: { data: { code: string } } }) => one.error?.data.code ?? 'ok')).toEqual([
      'ok',
      'INVALID_INPUT',
      'FORBIDDEN',
      'NOT_FOUND',
    ]);
  });

  it('of mutations runs them all, with one principal', async () => {
    const response = await fetch(`${app.url}/trpc/profile.update,profile.update?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(asha.accessToken) },
      body: JSON.stringify({ 0: { bio: 'First.' }, 1: { location: 'Surat' } }),
    });
    expect(response.status).toBe(200);
    expect(await asha.client.profile.get.query()).toMatchObject({ bio: 'First.', location: 'Surat' });
  });

  it('of eleven calls is refused whole', async () => {
    const path = `${Array.from({ length: 11 }, () => 'auth.me').join(',')}?batch=1`;
    const statements = await statementsOf(async () => {
      const { status, body } = await get(path, bearer(asha.accessToken));
      expect([status, body.error.data.code]).toEqual([400, 'BATCH_TOO_LARGE']);
    });
    expect(statements).toEqual([]);
  });
});
