import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { statementsOf } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { credentialsOf, signInByRest } from './support.ts';

let app: TestApp;
let asha: Awaited<ReturnType<typeof signInByRest>>;
beforeAll(async () => {
  app = await startTestApp();
  asha = await signInByRest(app);
});
afterAll(() => app[Symbol.asyncDispose]());

/** What is asked: the statements' names, or the tables of those without one. */
async function askedBy(work: () => Promise<unknown>) {
  const statements = (await statementsOf(work)) as (string | { name: string })[];
  return statements.map((one) => (typeof one === 'string' ? /into "(\w+)"/.exec(one)?.[1] : one.name));
}

describe('a read of one’s own profile is one round trip to the database', () => {
  it.each(['cookie', 'Bearer JWT', 'Bearer session token', 'Token session token'] as const)(
    'with the %s',
    async (face) => {
      const headers = credentialsOf(asha)[face];
      for (const url of ['/api/auth/profile/', '/api/profile/', '/api/users/me/'] as const) {
        expect(await askedBy(() => app.rest(`GET ${url}`, { headers }))).toEqual([
          expect.stringMatching(/^session_by_/),
        ]);
      }
    },
  );
});

describe('a sign-in', () => {
  const SIGN_INS = ['/api/auth/login/', '/api/token/', '/api/users/login/', '/user/api/login/'] as const;
  const signIn = (url: (typeof SIGN_INS)[number], password: string) =>
    app.rest(`POST ${url}`, { body: { email: asha.email, password } });

  it.each(SIGN_INS)('at %s asks what the SDK’s asks, and answers several credentials', async (url) => {
    const asked = await askedBy(() => signIn(url, asha.password));
    expect(asked.slice(0, 2).sort()).toEqual(['credential_by_email', 'limit_charge']);
    expect(asked[2]).toBe('limit_charge');
    expect(asked.slice(3).sort()).toEqual(['limit_refund', 'rate_limits:rlflx-delete', 'session_insert']);
  });

  it('that fails asks the same as the SDK’s, too', async () => {
    const asked = await askedBy(() => signIn('/api/auth/login/', 'not-the-password-42'));
    expect(asked.slice(0, 2).sort()).toEqual(['credential_by_email', 'limit_charge']);
    expect(asked.slice(2)).toEqual(['limit_charge', 'audit_events']);
  });
});
