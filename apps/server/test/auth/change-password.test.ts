import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, endingOf, errorData, signInBrowser, tally, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { openSecondHand, somebodyWaits } from '../support/second-hand.ts';
import { PASSWORD, type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const NEW = 'copper-violin-marsh-77';

let app: TestApp;
let twin: TestApp;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  twin = await startTestApp({ database: app.database });
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const change = (currentPassword: string, newPassword: string, person = asha) =>
  person.client.auth.changePassword.mutate({ currentPassword, newPassword });
const ALIVE = () => `200 ${asha.email}`;
const DEAD = '401 UNAUTHENTICATED';

describe('auth.changePassword', () => {
  it('keeps this session, ends every other one, and the new password signs in', async () => {
    const other = await app.signIn(asha.email);
    const browser = await signInBrowser(twin, asha);
    expect(await change(PASSWORD, NEW)).toEqual({ endedSessions: 2 });
    const rows = await app.sql('select public_id from sessions where user_id = $1', [asha.user.id]);
    expect(rows).toEqual([{ public_id: asha.sessionId }]);
    for (const instance of [app, twin]) {
      expect(await whoAmI(instance, bearer(asha.accessToken))).toBe(ALIVE());
      expect(await whoAmI(instance, bearer(other.accessToken))).toBe(DEAD);
      expect(await whoAmI(instance, { cookie: browser.cookie })).toBe(DEAD);
    }
    expect(await endingOf(app.client().auth.refresh.mutate({ refreshToken: other.refreshToken }))).toBe(
      'UNAUTHENTICATED',
    );
    expect(await endingOf(app.client().auth.refresh.mutate({ refreshToken: asha.refreshToken }))).toBe('ok');
    expect(await endingOf(app.signIn(asha.email, PASSWORD))).toBe('INVALID_CREDENTIALS');
    expect(await endingOf(app.signIn(asha.email, NEW))).toBe('ok');
  });

  it('ends nobody else’s', async () => {
    const ravi = await app.signUp();
    await change(PASSWORD, NEW);
    expect(await whoAmI(app, bearer(ravi.accessToken))).toBe(`200 ${ravi.email}`);
  });

  it('is refused without the current password, on that field, and leaves a line in the audit log', async () => {
    expect(await errorOf(change('not-her-password', NEW))).toMatchObject({
      code: 'INVALID_CREDENTIALS',
      httpStatus: 401,
      fields: { currentPassword: ['The current password is wrong.'] },
    });
    expect(await endingOf(app.signIn(asha.email, PASSWORD))).toBe('ok');
    const [failed] = await app.sql(
      `select actor_id from audit_events where action = 'user.password_check_failed' and actor_id = $1`,
      [asha.user.id],
    );
    expect(failed).toBeDefined();
  });

  it.each([
    ['too short', 'qjxvwzk'],
    ['too long', 'qz'.repeat(129)],
    ['common', 'iloveyou1'],
    ['her name', 'asha-asha-asha'],
    ['ours', 'truconn-truconn'],
  ])('is refused for a new one that is %s', async (_name, newPassword) => {
    expect(await errorOf(change(PASSWORD, newPassword))).toMatchObject({
      code: 'INVALID_INPUT',
      fields: { newPassword: [expect.any(String)] },
    });
    expect(await endingOf(app.signIn(asha.email, PASSWORD))).toBe('ok');
  });

  it('is refused for a new one that is too short together with what else is wrong', async () => {
    const input = { currentPassword: '', newPassword: 'qjxvwzk' };
    const answer = await app.call('auth.changePassword', { input, headers: bearer(asha.accessToken) });
    expect(errorData(answer).fields).toEqual({
      currentPassword: ['This field may not be blank.'],
      newPassword: ['A password has at least 8 characters.'],
    });
  });

  it.each(['currentPassword', 'newPassword'])(
    'says once that a %s past 256 characters is too long',
    async (field) => {
      const input = { currentPassword: PASSWORD, newPassword: NEW, [field]: 'qz'.repeat(129) };
      const answer = await app.call('auth.changePassword', { input, headers: bearer(asha.accessToken) });
      expect(errorData(answer).fields).toEqual({ [field]: ['A password has at most 256 characters.'] });
    },
  );

  it.each([
    ['currentPassword', [undefined, null, 7, '', 'x'.repeat(1025), 'a\u0000bcdefgh']],
    ['newPassword', [undefined, null, 7, '', 'x'.repeat(1025), '\uD800abcdefgh']],
    ['userId', ['0190f5b2-1111-7000-8000-abcdefabcdef']],
  ])('is refused for a bad %s', async (field, values) => {
    for (const value of values) {
      const input = { currentPassword: PASSWORD, newPassword: NEW, [field]: value };
      const answer = await app.call('auth.changePassword', { input, headers: bearer(asha.accessToken) });
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });

  it('of two at once, one wins and the other hears that its current password is wrong', async () => {
    const second = await app.signIn(asha.email);
    const [first, other] = ['copper-violin-marsh-78', 'copper-violin-marsh-79'];
    await using hand = await openSecondHand(app);
    await hand.query('begin');
    await hand.query('select 1 from users where id = $1 for update', [asha.user.id]);
    const changes = tally([change(PASSWORD, first), change(PASSWORD, other, { ...asha, ...second })]);
    // Both have found the current password right by now.
    await somebodyWaits(hand, 2);
    await hand.query('rollback');
    expect(await changes).toEqual({ ok: 1, INVALID_CREDENTIALS: 1 });
    const signIns = [first, other, PASSWORD].map((password) => app.signIn(asha.email, password));
    expect(await tally(signIns)).toEqual({ ok: 1, INVALID_CREDENTIALS: 2 });
  });
});

describe('a sign-in with the old password while it is changed', () => {
  it('that has read the old hash and opens its session afterwards leaves no live session', async () => {
    await app.sql(`create function wait_for_the_change() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock(4711); return new; end $$`);
    await app.sql(
      'create trigger waiting before insert on sessions for each row execute function wait_for_the_change()',
    );
    await using hand = await openSecondHand(app);
    await hand.query('select pg_advisory_lock(4711)');
    const late = app.call('auth.signIn', {
      input: { identifier: asha.email, password: PASSWORD, credential: 'bearer' },
    });
    await somebodyWaits(hand);
    await change(PASSWORD, NEW);
    await hand.query('select pg_advisory_unlock(4711)');
    const answer = await late;
    await app.sql('drop trigger waiting on sessions');
    expect(answer.status).toBe(200);
    const { accessToken, refreshToken } = answer.body.result.data;
    expect(await whoAmI(app, bearer(accessToken))).toBe(DEAD);
    expect(await endingOf(app.client().auth.refresh.mutate({ refreshToken }))).toBe('UNAUTHENTICATED');
    const { items } = await asha.client.auth.sessions.query();
    expect(items.map(({ id }) => id)).toEqual([asha.sessionId]);
  });

  it('in many rounds on two instances', async () => {
    const passwords = [PASSWORD, NEW];
    for (let round = 0; round < 15; round += 1) {
      const [old = '', next = ''] = round % 2 === 0 ? passwords : passwords.toReversed();
      const signIns = Array.from({ length: 6 }, (_, index) =>
        (index % 2 === 0 ? app : twin).signIn(asha.email, old).catch(() => undefined),
      );
      const changed = change(old, next);
      const opened = (await Promise.all(signIns)).filter((person) => person !== undefined);
      await changed;
      for (const { accessToken } of opened) expect(await whoAmI(twin, bearer(accessToken))).toBe(DEAD);
      expect(await whoAmI(app, bearer(asha.accessToken))).toBe(ALIVE());
    }
  });
});
