import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allJobsDone, linkTokens, mailedToken } from '../auth/mail-links.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { eventually } from '../support/time.ts';
import { newAccount, REGISTER, signInByRest } from './support.ts';

// Common, and keeps every rule of composition.
const COMMON = 'P@ssw0rd';
// Neither common nor composed.
const PLAIN = 'qjxvwzkpmr';

let app: TestApp;
let asha: Awaited<ReturnType<typeof signInByRest>>;
let to: string;
beforeAll(async () => {
  app = await startTestApp({ env: { COMPAT: 'strict' }, jobs: true });
});
beforeEach(async () => {
  asha = await signInByRest(app);
  to = newAccount().email;
});
afterAll(() => app[Symbol.asyncDispose]());

const headersOf = ({ access }: { access: string }) => ({ authorization: `Bearer ${access}` });
const patch = (body: object) => app.rest('PATCH /api/auth/profile/', { body, headers: headersOf(asha) });
const changePassword = (password: string) =>
  app.rest('PUT /api/auth/change-password/', {
    body: { old_password: asha.password, new_password: password, confirm_new_password: password },
    headers: headersOf(asha),
  });
const confirm = (token: string) => app.call('auth.confirmEmailChange', { input: { token } });
const toldOf = async (recipient: string, email: string) =>
  (await app.mails()).filter((mail) => mail.to.includes(recipient) && mail.text.includes(email)).length;

describe('with COMPAT=strict the password of every documented URL keeps TruConn’s own rules', () => {
  it.each(Object.entries(REGISTER))('%s', async (_name, register) => {
    for (const password of ['12345678', COMMON]) {
      const { status, body } = await register(app, { ...newAccount(), password });
      expect([status, Object.values(body)]).toEqual([400, [[expect.stringContaining('most common')]]]);
    }
    expect((await register(app, { ...newAccount(), password: PLAIN })).status).toBe(201);
  });

  it('also when it is changed or reset', async () => {
    const { status, body } = await changePassword(COMMON);
    expect([status, body]).toEqual([400, { new_password: [expect.stringContaining('most common')] }]);
    await app.rest('POST /api/auth/password-reset/', { body: { email: asha.email } });
    const token = await mailedToken(app, asha.email, 'reset-password');
    const reset = (password: string) =>
      app.rest('POST /api/auth/password-reset/confirm/', { body: { token, new_password: password } });
    const refused = await reset(COMMON);
    expect([refused.status, Object.keys(refused.body)]).toEqual([400, ['new_password']]);
    expect((await reset(PLAIN)).status).toBe(200);
  });

  it('and asks for no composition', async () => {
    expect((await changePassword(PLAIN)).status).toBe(200);
  });
});

describe('with COMPAT=strict another e-mail in an update of the profile', () => {
  it('waits for its confirmation, and the old address is told; the rest changes at once', async () => {
    const { status, body } = await patch({ email: to, first_name: 'Kiran' });
    expect([status, body.email, body.username, body.first_name]).toEqual([
      200,
      asha.email,
      asha.email,
      'Kiran',
    ]);
    const token = await mailedToken(app, to, 'confirm-email');
    await eventually(async () => (await toldOf(asha.email, to)) === 1);
    expect((await confirm(token)).status).toBe(200);
    const profile = await app.rest('GET /api/auth/profile/', { headers: headersOf(asha) });
    expect(profile.body).toMatchObject({ email: to, username: to, email_verified: true });
  });

  it('that somebody has is told to them alone, by the link', async () => {
    const ravi = await signInByRest(app);
    await patch({ email: ravi.email });
    const token = await mailedToken(app, ravi.email, 'confirm-email');
    expect((await confirm(token)).body.error.data.code).toBe('EMAIL_TAKEN');
  });

  it('is on the audit log as asked for', async () => {
    const { headers } = await patch({ email: to });
    const rows = await app.sql(
      'select action, actor_id, subject_id from audit_events where request_id = $1',
      [headers.get('x-request-id')],
    );
    expect(rows).toEqual([
      { action: 'user.email_change_requested', actor_id: asha.uuid, subject_id: asha.uuid },
    ]);
  });

  it('is limited to ten an hour', async () => {
    const statuses = [];
    for (let count = 0; count < 11; count += 1) {
      statuses.push((await patch({ email: newAccount().email })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(200), 429]);
  });

  it('does not come to whoever asked before the owner set a new password', async () => {
    await patch({ email: to });
    const token = await mailedToken(app, to, 'confirm-email');
    expect((await changePassword(PLAIN)).status).toBe(200);
    expect((await confirm(token)).status).toBe(400);
  });

  it('nor before the owner signed out everywhere', async () => {
    await patch({ email: to });
    const token = await mailedToken(app, to, 'confirm-email');
    expect((await app.rest('POST /api/logoutall/', { headers: headersOf(asha) })).status).toBe(200);
    expect((await confirm(token)).status).toBe(400);
  });

  it('nor while the owner sets one', async () => {
    await allJobsDone(app);
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('update users set credential_epoch = credential_epoch + 1 where id = $1', [asha.uuid]);
    const asked = patch({ email: to });
    await somebodyWaits(hand);
    await hand.query('delete from sessions where user_id = $1', [asha.uuid]);
    await hand.query('commit');
    expect((await asked).status).toBe(401);
    await allJobsDone(app);
    expect(await linkTokens(app, to, 'confirm-email')).toEqual([]);
  });
});
