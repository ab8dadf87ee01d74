import { describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { newAccount, REGISTER, signInByRest } from './support.ts';

const LOGINS = [
  'POST /api/auth/login/',
  'POST /api/users/login/',
  'POST /user/api/login/',
  'POST /api/token/',
] as const;

/** Calls until one is refused with 429. @returns that answer, and how many came before it */
async function untilLimited(call: (index: number) => ReturnType<TestApp['rest']>) {
  for (let passed = 0; passed < 250; passed++) {
    const answer = await call(passed);
    if (answer.status === 429) return { answer, passed };
  }
  throw new Error('nothing was limited');
}

describe('limits hold for all APIs together', () => {
  it('wrong sign-ins of one account share one count, whatever URL they are sent to', async () => {
    await using app = await startTestApp();
    const account = newAccount();
    await REGISTER['officer-jwt']?.(app, account);
    const names = [{ email: account.email }, { username: account.username }];
    const { answer, passed } = await untilLimited((index) =>
      app.rest(LOGINS[index % LOGINS.length] ?? LOGINS[0], {
        body: { ...names[index % names.length], password: 'Wrong-Password-1' },
      }),
    );
    expect(passed).toBe(40);
    expect(Object.keys(answer.body)).toEqual(['detail']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const { email: identifier, password } = account;
    const byTrpc = app.client().auth.signIn.mutate({ identifier, password, credential: 'cookie' });
    await expect(byTrpc).rejects.toMatchObject({ data: { code: 'RATE_LIMITED' } });
  });

  it('wrong current passwords are limited', async () => {
    await using app = await startTestApp();
    const { access } = await signInByRest(app);
    const { passed } = await untilLimited(() =>
      app.rest('PUT /api/auth/change-password/', {
        headers: { authorization: `Bearer ${access}` },
        body: { old_password: 'Wrong-Password-1', new_password: 'Meadow-77' },
      }),
    );
    expect(passed).toBe(10);
  });

  it.each(['POST /api/auth/password-reset/', 'POST /api/auth/resend-verification/'] as const)(
    '%s is limited per address that is written to, known or not, and per address that asks',
    async (route) => {
      await using app = await startTestApp();
      const { email } = await app.signUp();
      for (const target of [email, 'nobody@example.com']) {
        expect((await untilLimited(() => app.rest(route, { body: { email: target } }))).passed).toBe(10);
      }
      const { passed } = await untilLimited((index) =>
        app.rest(route, { body: { email: `nobody${index}@example.com` } }),
      );
      expect(passed).toBeLessThan(10);
    },
  );
});
