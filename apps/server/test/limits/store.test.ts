import pg from 'pg';
import { describe, expect, it, vi } from 'vitest';
import { mailedToken } from '../auth/mail-links.ts';
import { bearer, errorData, whoAmI } from '../support/calls.ts';
import { newPerson, PASSWORD, startTestApp, type TestApp } from '../support/test-app.ts';
import { codeOf, countsOf, trySignIn, WRONG } from './support.ts';

/** Calls of each kind that is charged. */
const charged = async (app: TestApp) => {
  const asha = await app.signUp();
  const change = { currentPassword: PASSWORD, newPassword: 'copper-violin-marsh-77' };
  return {
    'a good sign-in': () => trySignIn(app, asha.email, { password: PASSWORD }),
    'a wrong sign-in': () => trySignIn(app, asha.email),
    'a sign-up': () => app.call('auth.signUp', { input: newPerson() }),
    'a change of password': () =>
      app.call('auth.changePassword', { input: change, headers: bearer(asha.accessToken) }),
    'a refresh': () => app.call('auth.refresh', { input: { refreshToken: asha.refreshToken } }),
  };
};

describe('when attempts cannot be counted', () => {
  it('nothing is let through, and the log says why', async () => {
    await using app = await startTestApp();
    const calls = await charged(app);
    const before = await app.sql('select (select count(*) from users) u, (select count(*) from sessions) s');
    await app.sql('alter table rate_limits rename to elsewhere');
    for (const [name, call] of Object.entries(calls)) {
      const answer = await call();
      expect([name, answer.status, errorData(answer).code]).toEqual([name, 503, 'UNAVAILABLE']);
      expect(answer.headers.get('retry-after')).toBe('2');
      expect(JSON.stringify(answer.body)).not.toContain('rate_limits');
    }
    expect(await app.sql('select (select count(*) from users) u, (select count(*) from sessions) s')).toEqual(
      before,
    );
    expect(
      app.logs.filter((line) => line.includes('relation \\"rate_limits\\" does not exist')),
    ).toHaveLength(5);
    await app.sql('alter table elsewhere rename to rate_limits');
    for (const [name, call] of Object.entries(calls)) {
      expect([name, codeOf(await call())]).toEqual([
        name,
        name === 'a wrong sign-in' ? 'INVALID_CREDENTIALS' : 'ok',
      ]);
    }
  });

  it('reads answer as ever', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    await app.sql('drop table rate_limits');
    expect((await asha.client.auth.me.query()).user.id).toBe(asha.user.id);
  });
});

describe('when counts cannot be cleared', () => {
  // Charges go through; what takes one back or forgets it does not.
  const refuseClearing = (app: TestApp) =>
    app.sql(`
      create function refuse() returns trigger language plpgsql as
        $$ begin raise exception 'counts only grow'; end $$;
      create trigger no_forgetting before delete on rate_limits for each row execute function refuse();
      create trigger no_refunds before update on rate_limits for each row
        when (new.points < old.points) execute function refuse();`);

  it('a good sign-in is one all the same, and its session is the caller’s', async () => {
    await using app = await startTestApp();
    const asha = await app.signUp();
    await app.sql('delete from sessions');
    await refuseClearing(app);
    const answer = await trySignIn(app, asha.email, { password: PASSWORD });
    expect(codeOf(answer)).toBe('ok');
    const { accessToken, session } = answer.body.result.data;
    expect(await app.sql('select public_id from sessions')).toEqual([{ public_id: session.id }]);
    expect(await whoAmI(app, bearer(accessToken))).toBe(`200 ${asha.email}`);
    expect((await countsOf(app, 'sign_in_account')).map(({ points }) => points)).toEqual([1]);
    expect((await countsOf(app, 'sign_in_address')).map(({ points }) => points)).toEqual([1]);
  });

  it('a refusal still says how long to wait', async () => {
    await using app = await startTestApp();
    await refuseClearing(app);
    for (let index = 0; index < 40; index += 1) await trySignIn(app, 'nobody@example.com');
    expect(codeOf(await trySignIn(app, 'nobody@example.com'))).toBe('RATE_LIMITED');
  });

  it('a reset of the password that is done is told as done', async () => {
    await using app = await startTestApp({ jobs: true });
    const asha = await app.signUp();
    await trySignIn(app, asha.email);
    await app.client().auth.requestPasswordReset.mutate({ email: asha.email });
    const token = await mailedToken(app, asha.email, 'reset-password');
    await refuseClearing(app);
    const input = { token, newPassword: 'copper-violin-marsh-77' };
    expect(codeOf(await app.call('auth.resetPassword', { input }))).toBe('ok');
    expect((await app.signIn(asha.email, input.newPassword)).user.id).toBe(asha.user.id);
  });
});

describe('RATE_LIMITS=off', () => {
  it('limits nothing, counts nothing and tells nothing', async () => {
    await using app = await startTestApp({ env: { RATE_LIMITS: 'off' } });
    const asha = await app.signUp();
    for (let index = 0; index < 70; index += 1) {
      const answer = await trySignIn(app, asha.email);
      expect(codeOf(answer)).toBe('INVALID_CREDENTIALS');
      expect(answer.headers.has('ratelimit')).toBe(false);
    }
    expect(await app.sql('select key from rate_limits')).toEqual([]);
  });
});

describe('STATEMENT_NAMES=off', () => {
  it('counts with statements that have no name, for a pooler that does not keep them', async () => {
    await using app = await startTestApp({ env: { STATEMENT_NAMES: 'off' } });
    const calls = await charged(app);
    const query = vi.spyOn(pg.Client.prototype, 'query');
    for (const call of Object.values(calls)) await call();
    const statements: unknown[] = query.mock.calls.map(([statement]) => statement);
    query.mockRestore();
    const counting = statements.filter((statement) => JSON.stringify(statement).includes('rate_limits'));
    expect(counting.length).toBeGreaterThan(5);
    for (const statement of counting) expect(statement).not.toHaveProperty('name');
    expect(await countsOf(app, 'refresh')).toHaveLength(1);
  });

  it('otherwise each has one, and is planned once per connection', async () => {
    await using app = await startTestApp();
    const calls = await charged(app);
    const query = vi.spyOn(pg.Client.prototype, 'query');
    for (const call of Object.values(calls)) await call();
    const statements: unknown[] = query.mock.calls.map(([statement]) => statement);
    query.mockRestore();
    for (const statement of statements) {
      if (JSON.stringify(statement).includes('rate_limits')) expect(statement).toHaveProperty('name');
    }
  });
});

describe('two instances', () => {
  it('count together', async () => {
    await using app = await startTestApp();
    await using twin = await startTestApp({ database: app.database });
    for (let index = 0; index < 40; index += 1) {
      const answer = await trySignIn(index % 2 === 0 ? app : twin, 'nobody@example.com', { password: WRONG });
      expect(codeOf(answer)).toBe('INVALID_CREDENTIALS');
    }
    for (const instance of [app, twin]) {
      expect(codeOf(await trySignIn(instance, 'nobody@example.com'))).toBe('RATE_LIMITED');
    }
  });
});
