import argon2 from 'argon2';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { type Account, newAccount, REGISTER } from './support.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app[Symbol.asyncDispose]());

const officer = (account: Account, more: object = {}) =>
  app.rest('POST /api/auth/register/', {
    body: {
      username: account.username,
      email: account.email,
      password: account.password,
      confirm_password: account.password,
      ...more,
    },
  });
const clinic = ({ email, password }: Account, headers: Record<string, string> = {}, more: object = {}) =>
  app.rest('POST /api/users/register/', {
    body: { email, password, password_confirm: password, first_name: 'John', last_name: 'Doe', ...more },
    headers,
  });
const countUsers = async (email: string) =>
  (await app.sql('select id from users where email = $1', [email])).length;

describe('an account of a documented API', () => {
  it('has from the start what its sign-up says about the person', async () => {
    const account = newAccount();
    const { body } = await officer(account, { mobile: '+91 98765 43210', address: '12 Ring Road\nSurat' });
    const [row] = await app.sql(
      'select bio, mobile, address, location, avatar from profiles where user_id = $1',
      [body.uuid],
    );
    expect(row).toEqual({
      bio: null,
      mobile: '+91 98765 43210',
      address: '12 Ring Road\nSurat',
      location: null,
      avatar: null,
    });
    const { body: patient } = await clinic(newAccount(), {}, { bio: 'Knee, left.' });
    expect(patient.user.bio).toBe('Knee, left.');
  });

  it('is made whole or not at all', async () => {
    await app.sql(`create function stop() returns trigger language plpgsql as $$ begin raise 'stop'; end $$`);
    await app.sql('create trigger stop before insert on profiles execute function stop()');
    const account = newAccount();
    expect((await officer(account, { mobile: '+91 98765 43210' })).status).toBe(500);
    await app.sql('drop function stop() cascade');
    expect(await countUsers(account.email)).toBe(0);
    expect((await officer(account)).status).toBe(201);
  });

  it('is one of one address, however many APIs are asked for it at once', async () => {
    const account = newAccount();
    const answers = await Promise.all(
      [...Object.values(REGISTER), ...Object.values(REGISTER)].map((register) => register(app, account)),
    );
    const refused = answers.filter(({ status }) => status !== 201);
    expect([answers.length, refused.length]).toEqual([10, 9]);
    for (const { status, body } of refused) {
      expect([status, body]).toEqual([400, { email: [expect.any(String)] }]);
    }
    expect(await countUsers(account.email)).toBe(1);
  });
});

describe('the password that a document asks for', () => {
  it.each(['truconn', 'session-auth', 'clinic-token', 'simple-jwt'])(
    'of %s has eight characters, and may be a common one',
    async (api) => {
      const account = newAccount();
      expect((await REGISTER[api]?.(app, { ...account, password: '12345678' }))?.status).toBe(201);
      const short = await REGISTER[api]?.(app, { ...newAccount(), password: '1234567' });
      const field = api === 'truconn' ? 'password1' : 'password';
      expect([short?.status, short?.body]).toEqual([
        400,
        { [field]: ['A password has at least 8 characters.'] },
      ]);
    },
  );

  it.each(['lantern-42', 'LANTERN-42', 'Lantern-xy', 'Lantern42', 'Lantern 42'])(
    'of officer-jwt is not %s: it has upper and lower case, a digit and a special character',
    async (password) => {
      const { status, body } = await officer({ ...newAccount(), password });
      expect([status, Object.keys(body)]).toEqual([400, ['password']]);
      expect(body.password[0]).toContain('upper case');
    },
  );

  it('holds no word about the person, whichever document it is', async () => {
    for (const register of Object.values(REGISTER)) {
      const account = newAccount();
      const answer = await register(app, { ...account, password: `Xy-${account.username}-1` });
      expect(answer.status).toBe(400);
    }
  });

  it('is told to be too short together with what else is wrong', async () => {
    const { status, body } = await officer({ ...newAccount(), email: 'nobody', password: 'Ab1!' });
    expect([status, Object.keys(body).sort()]).toEqual([400, ['email', 'password']]);
  });
});

describe('a sign-up that signs in', () => {
  it('opens a session for its token, and sets no cookie', async () => {
    const account = newAccount();
    const { status, body, headers } = await clinic(account);
    expect([status, headers.getSetCookie()]).toEqual([201, []]);
    const me = await app.rest('GET /api/users/me/', { headers: { authorization: `Token ${body.token}` } });
    expect([me.status, me.body]).toEqual([200, body.user]);
  });

  it('hashes the password once, and judges it not at all', async () => {
    const [hash, verify] = [vi.spyOn(argon2, 'hash'), vi.spyOn(argon2, 'verify')];
    await clinic(newAccount());
    expect([hash.mock.calls.length, verify.mock.calls.length]).toEqual([1, 0]);
    hash.mockRestore();
    verify.mockRestore();
  });

  it('as an organization gives its name, and hears so before anything is hashed', async () => {
    const hash = vi.spyOn(argon2, 'hash');
    const { status, body } = await clinic(newAccount(), {}, { role: 'organization' });
    expect([status, body, hash.mock.calls.length]).toEqual([400, { name: ['This field is required.'] }, 0]);
    hash.mockRestore();
  });

  it('leaves both lines in the audit log', async () => {
    const { body, headers } = await clinic(newAccount());
    const rows = await app.sql(
      'select action, actor_id, subject_id, details from audit_events where request_id = $1 order by id',
      [headers.get('x-request-id')],
    );
    const [session] = await app.sql<{ id: string }>(
      'select public_id as id from sessions where user_id = $1',
      [body.user.uuid],
    );
    expect(rows).toEqual([
      {
        action: 'user.signed_up',
        actor_id: null,
        subject_id: body.user.uuid,
        details: { role: 'CITIZEN' },
      },
      {
        action: 'user.sign_in',
        actor_id: null,
        subject_id: body.user.uuid,
        details: { sessionId: session?.id },
      },
    ]);
  });

  it('leaves no live session of a password that was replaced while it was opened', async () => {
    await using hand = await openSecondHand(app);
    const account = newAccount();
    await hand.query('begin');
    await hand.query('lock table sessions in share mode');
    const signedUp = clinic(account);
    await somebodyWaits(hand);
    await hand.query('update users set credential_epoch = credential_epoch + 1 where email = $1', [
      account.email,
    ]);
    await hand.query('commit');
    const { status, body } = await signedUp;
    const me = await app.rest('GET /api/users/me/', { headers: { authorization: `Token ${body.token}` } });
    expect([status, me.status]).toEqual([201, 401]);
  });

  it('nor of one that was replaced before', async () => {
    await app.sql(`create function replace_password() returns trigger language plpgsql as $$
      begin update users set credential_epoch = credential_epoch + 1 where id = new.id; return new; end $$`);
    // At the commit: after the account's epoch was read, and before its session is opened.
    await app.sql(`create constraint trigger replaced after insert on users deferrable initially deferred
      for each row execute function replace_password()`);
    const { status, body } = await clinic(newAccount());
    await app.sql('drop function replace_password() cascade');
    const me = await app.rest('GET /api/users/me/', { headers: { authorization: `Token ${body.token}` } });
    expect([status, me.status]).toEqual([201, 401]);
  });

  it('is refused to a page of another site, whatever header it brings; nobody is made', async () => {
    for (const headers of [{}, { authorization: 'Token 0' }]) {
      const account = newAccount();
      const { status } = await clinic(account, { origin: 'https://evil.example', ...headers });
      expect([status, await countUsers(account.email)]).toEqual([403, 0]);
    }
  });
});
