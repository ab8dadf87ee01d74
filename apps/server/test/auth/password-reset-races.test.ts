import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countDeadlocks } from '../consent/support.ts';
import { bearer, tally, whoAmI } from '../support/calls.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { mailedToken } from './mail-links.ts';

let app: TestApp;
let twin: TestApp;
let asha: Person;
beforeAll(async () => {
  // More resets than one address may ask for.
  app = await startTestApp({ jobs: true, env: { RATE_LIMITS: 'off' } });
  twin = await startTestApp({ database: app.database });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

async function askToken(): Promise<string> {
  await app.client().auth.requestPasswordReset.mutate({ email: asha.email });
  return mailedToken(app, asha.email, 'reset-password');
}

describe('at the same moment', () => {
  it('of twelve resets with one token on two instances, one sets its password', async () => {
    const token = await askToken();
    const passwords = Array.from({ length: 12 }, (_, index) => `copper-violin-marsh-${index + 100}`);
    const counts = await tally(
      passwords.map(
        (newPassword, index) =>
          [app, twin][index % 2]
            ?.client()
            .auth.resetPassword.mutate({ token, newPassword }) as Promise<unknown>,
      ),
    );
    expect(counts).toEqual({ ok: 1, INVALID_INPUT: 11 });
    const signIns = await tally(passwords.map((password) => app.signIn(asha.email, password)));
    expect(signIns).toEqual({ ok: 1, INVALID_CREDENTIALS: 11 });
  });

  it('a sign-in with the old password and a reset leave no session of the old one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const person = await app.signUp();
      await app.client().auth.requestPasswordReset.mutate({ email: person.email });
      const token = await mailedToken(app, person.email, 'reset-password');
      const signIns = Array.from({ length: 4 }, () =>
        twin.signIn(person.email, PASSWORD).catch(() => undefined),
      );
      await app.client().auth.resetPassword.mutate({ token, newPassword: 'copper-violin-marsh-77' });
      for (const signedIn of await Promise.all(signIns)) {
        if (signedIn === undefined) continue;
        expect(await whoAmI(app, bearer(signedIn.accessToken))).toBe('401 UNAUTHENTICATED');
      }
    }
  });

  it('a change of the password and a reset: one of the two passwords is the account’s, and it signs in', async () => {
    const token = await askToken();
    const results = await tally([
      app.client().auth.resetPassword.mutate({ token, newPassword: 'copper-violin-marsh-77' }),
      asha.client.auth.changePassword.mutate({
        currentPassword: PASSWORD,
        newPassword: 'timber-violin-marsh-77',
      }),
    ]);
    expect(results.ok).toBeGreaterThanOrEqual(1);
    const signIns = await tally(
      ['copper-violin-marsh-77', 'timber-violin-marsh-77', PASSWORD].map((password) =>
        app.signIn(asha.email, password),
      ),
    );
    expect(signIns).toEqual({ ok: 1, INVALID_CREDENTIALS: 2 });
  });

  it('two links of one account, and a change of its password, wait for each other in one order', async () => {
    const before = await countDeadlocks(app);
    for (let round = 0; round < 6; round += 1) {
      const person = await app.signUp();
      const tokens = [];
      for (let count = 1; count <= 2; count += 1) {
        await app.client().auth.requestPasswordReset.mutate({ email: person.email });
        tokens.push(await mailedToken(app, person.email, 'reset-password', count));
      }
      const counts = await tally([
        ...tokens.map((token, index) =>
          app.client().auth.resetPassword.mutate({ token, newPassword: `copper-violin-marsh-${index + 10}` }),
        ),
        person.client.auth.changePassword.mutate({
          currentPassword: PASSWORD,
          newPassword: 'timber-violin-marsh-77',
        }),
      ]);
      expect(counts.ok).toBeGreaterThanOrEqual(1);
    }
    expect(await countDeadlocks(app)).toBe(before);
  });

  it('fifteen requests of one address all are accepted or told to wait, and each accepted one is mailed', async () => {
    const counts = await tally(
      Array.from({ length: 15 }, () => app.client().auth.requestPasswordReset.mutate({ email: asha.email })),
    );
    expect(Object.keys(counts).filter((ending) => !['ok', 'RATE_LIMITED'].includes(ending))).toEqual([]);
    expect(await mailedToken(app, asha.email, 'reset-password', counts.ok)).toMatch(/^[0-9a-f]{40}$/);
  });
});
