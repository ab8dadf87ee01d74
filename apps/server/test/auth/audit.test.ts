import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, endingOf, signInBrowser } from '../support/calls.ts';
import { newPerson, PASSWORD, startTestApp, type TestApp } from '../support/test-app.ts';

const NEW = 'copper-violin-marsh-77';
const WRONG = 'wrong-guess-of-a-thief';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

interface AuditRow {
  action: string;
  actor_id: string | null;
  subject_id: string | null;
  ip: string | null;
  user_agent: string | null;
  details: Record<string, unknown>;
}

const auditOf = (requestId: string | null) =>
  app.sql<AuditRow>(
    'select action, actor_id, subject_id, ip, user_agent, details from audit_events where request_id = $1',
    [requestId],
  );

/** Makes a call and answers what it left in the audit log. */
async function audited(procedure: string, input: unknown, headers: Record<string, string> = {}) {
  const agent = { 'user-agent': 'a\tbrowser' };
  const answer = await app.call(procedure, { input, headers: { ...agent, ...headers } });
  return auditOf(answer.headers.get('x-request-id'));
}

describe('the audit log says who did what to whom, from where', () => {
  it('signing up, in and out', async () => {
    const account = newPerson();
    const [signedUp] = await audited('auth.signUp', account);
    const id = signedUp?.subject_id;
    expect(signedUp).toEqual({
      action: 'user.signed_up',
      actor_id: null,
      subject_id: expect.any(String),
      ip: '127.0.0.1',
      user_agent: 'a\tbrowser',
      details: { role: 'CITIZEN' },
    });
    const credential = { identifier: account.email, credential: 'bearer' };
    expect(await audited('auth.signIn', { ...credential, password: PASSWORD })).toMatchObject([
      { action: 'user.sign_in', subject_id: id, details: { sessionId: expect.any(String) } },
    ]);
    expect(await audited('auth.signIn', { ...credential, password: WRONG })).toMatchObject([
      { action: 'user.sign_in_failed', subject_id: id, details: {} },
    ]);
    const { accessToken, sessionId } = await app.signIn(account.email);
    expect(await audited('auth.signOut', undefined, bearer(accessToken))).toMatchObject([
      { action: 'session.ended', actor_id: id, subject_id: id, details: { sessionId } },
    ]);
  });

  it('a sign-in as nobody is kept without what was typed: people type passwords there', async () => {
    const input = { identifier: WRONG, password: WRONG, credential: 'bearer' };
    expect(await audited('auth.signIn', input)).toMatchObject([
      { action: 'user.sign_in_failed', subject_id: null, details: {} },
    ]);
  });

  it('changing a password, and ending sessions', async () => {
    const asha = await app.signUp();
    const other = await app.signIn(asha.email);
    const headers = bearer(asha.accessToken);
    const wrong = { currentPassword: WRONG, newPassword: NEW };
    expect(await audited('auth.changePassword', wrong, headers)).toMatchObject([
      { action: 'user.password_check_failed', actor_id: asha.user.id },
    ]);
    const right = { currentPassword: PASSWORD, newPassword: NEW };
    expect(await audited('auth.changePassword', right, headers)).toMatchObject([
      { action: 'user.password_changed', actor_id: asha.user.id, details: { endedSessions: 1 } },
    ]);
    const { sessionId } = await app.signIn(asha.email, NEW);
    expect(await audited('auth.endSession', { id: sessionId }, headers)).toMatchObject([
      { action: 'session.ended', details: { sessionId } },
    ]);
    expect(await audited('auth.endSession', { id: other.sessionId }, headers)).toEqual([]);
    expect(await audited('auth.signOutEverywhere', undefined, headers)).toMatchObject([
      { action: 'session.all_ended', details: { endedSessions: 1 } },
    ]);
  });

  it('what an administrator does, with the reason', async () => {
    const [admin, asha] = [await app.signUpAdmin(), await app.signUp()];
    const headers = bearer(admin.accessToken);
    const on = { actor_id: admin.user.id, subject_id: asha.user.id };
    const act = { userId: asha.user.id, reason: 'Asked to by phone' };
    for (const [procedure, input, expected] of [
      [
        'setRole',
        { ...act, role: 'OFFICER' },
        { action: 'user.role_changed', details: { before: 'CITIZEN', after: 'OFFICER', reason: act.reason } },
      ],
      ['disable', act, { action: 'user.disabled', details: { reason: act.reason, endedSessions: 1 } }],
      ['enable', act, { action: 'user.enabled', details: { reason: act.reason } }],
      [
        'endSessions',
        act,
        { action: 'session.all_ended', details: { reason: act.reason, endedSessions: 0 } },
      ],
    ] as const) {
      expect(await audited(`admin.users.${procedure}`, input, headers)).toMatchObject([
        { ...on, ...expected },
      ]);
    }
  });
});

describe('no secret is written anywhere', () => {
  it('not in a log line, not in the audit log, not in any column, after a busy day', async () => {
    const secrets: Record<string, string> = { PASSWORD, NEW, WRONG };
    const asha = await app.signUp({ username: 'busy-asha' });
    const browser = await signInBrowser(app, asha);
    Object.assign(secrets, { token: browser.token, access: asha.accessToken, refresh: asha.refreshToken });

    const pair = await app.client().auth.refresh.mutate({ refreshToken: asha.refreshToken });
    Object.assign(secrets, { newAccess: pair.accessToken, newRefresh: pair.refreshToken });
    await endingOf(app.signIn(asha.email, WRONG));
    await endingOf(app.signIn(WRONG, WRONG));
    await endingOf(asha.client.auth.changePassword.mutate({ currentPassword: WRONG, newPassword: NEW }));
    await endingOf(
      app.client().auth.signUp.mutate({ ...newPerson(), password: 'short', username: 'busy-asha' }),
    );
    await app.call('auth.signIn', {
      input: { identifier: 'x', password: { nested: WRONG }, credential: 'cookie' },
    });
    await fetch(`${app.url}/trpc/auth.me?token=${browser.token}`, {
      headers: { authorization: `Bearer ${WRONG}` },
    });
    await fetch(`${app.url}/trpc/auth.signIn`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"password":"${PASSWORD}",`,
    });
    // Even when the database fails in the middle of it.
    await app.sql('alter table audit_events rename to gone');
    await endingOf(app.signIn(asha.email, WRONG));
    await signInBrowser(app, asha);
    await app.sql('alter table gone rename to audit_events');
    await asha.client.auth.changePassword.mutate({ currentPassword: PASSWORD, newPassword: NEW });

    const tables = await app.sql<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const rows = [];
    for (const { name } of tables) {
      rows.push(...(await app.sql<{ text: string }>(`select t::text as text from ${name} t`)));
    }
    const written = { logs: app.logs.join('\n'), database: rows.map(({ text }) => text).join('\n') };
    expect(written.database).toContain(asha.email);
    expect(written.logs).toContain('/trpc/auth.signIn');
    for (const [place, text] of Object.entries(written)) {
      for (const [name, secret] of Object.entries(secrets)) {
        // A JWT is dead without its signature; the signature alone must not be there either.
        for (const part of [secret, secret.split('.').at(-1) ?? secret]) {
          expect([place, name, text.includes(part)]).toEqual([place, name, false]);
        }
      }
    }
  });

  it('every log line is one line of JSON', () => {
    for (const line of app.logs) {
      expect(line.trimEnd()).not.toContain('\n');
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});
