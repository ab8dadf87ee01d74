import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endingBehindLock } from '../org-access/members-support.ts';
import { bearer, endingOf, errorData, signInBrowser, tally, whoAmI } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
let twin: TestApp;
let admin: Person;
let asha: Person;
beforeAll(async () => {
  app = await startTestApp();
  twin = await startTestApp({ database: app.database });
  admin = await app.signUpAdmin();
});
beforeEach(async () => {
  asha = await app.signUp();
});
afterAll(async () => {
  await twin[Symbol.asyncDispose]();
  await app[Symbol.asyncDispose]();
});

const reason = 'Asked to by phone';
const users = (person = admin) => person.client.admin.users;

describe('admin.users.disable', () => {
  it('stops every credential of the account at once, on every instance', async () => {
    const { cookie, token } = await signInBrowser(twin, asha);
    const faces = [bearer(asha.accessToken), { cookie }, bearer(token)];
    const disabled = await users().disable.mutate({ userId: asha.user.id, reason });
    expect(disabled).toEqual({ ...asha.user, disabledAt: expect.any(String) });
    for (const headers of faces) {
      for (const instance of [app, twin]) expect(await whoAmI(instance, headers)).toBe('401 UNAUTHENTICATED');
    }
    expect(await endingOf(app.client().auth.refresh.mutate({ refreshToken: asha.refreshToken }))).toBe(
      'UNAUTHENTICATED',
    );
    expect(await endingOf(twin.signIn(asha.email))).toBe('INVALID_CREDENTIALS');
  });

  it('a second time is the same, and the log has one line of it', async () => {
    const first = await users().disable.mutate({ userId: asha.user.id, reason });
    expect(await users().disable.mutate({ userId: asha.user.id, reason: 'Again' })).toEqual(first);
    const rows = await app.sql(
      `select 1 from audit_events where action = 'user.disabled' and subject_id = $1`,
      [asha.user.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('takes effect on an administrator as on anybody', async () => {
    const other = await app.signUpAdmin();
    await users().disable.mutate({ userId: other.user.id, reason });
    expect(await errorOf(users(other).list.query())).toMatchObject({ httpStatus: 401 });
  });
});

describe('admin.users.enable', () => {
  it('lets the account sign in again; its old sessions stay dead', async () => {
    await users().disable.mutate({ userId: asha.user.id, reason });
    const enabled = await users().enable.mutate({ userId: asha.user.id });
    expect(enabled).toEqual({ ...asha.user, disabledAt: null });
    expect(await whoAmI(app, bearer(asha.accessToken))).toBe('401 UNAUTHENTICATED');
    expect(await endingOf(app.signIn(asha.email))).toBe('ok');
  });

  it('of an enabled account changes nothing', async () => {
    expect((await users().enable.mutate({ userId: asha.user.id, reason })).disabledAt).toBeNull();
    expect(await whoAmI(app, bearer(asha.accessToken))).toBe(`200 ${asha.email}`);
  });
});

describe('admin.users.endSessions', () => {
  it('signs an account out everywhere and leaves it able to sign in', async () => {
    await app.signIn(asha.email);
    expect(await users().endSessions.mutate({ userId: asha.user.id })).toEqual({ endedSessions: 2 });
    expect(await whoAmI(twin, bearer(asha.accessToken))).toBe('401 UNAUTHENTICATED');
    expect(await endingOf(app.signIn(asha.email))).toBe('ok');
    expect(await whoAmI(app, bearer(admin.accessToken))).toBe(`200 ${admin.email}`);
  });

  it('of an administrator’s own ends the session that asks, too', async () => {
    const other = await app.signUpAdmin();
    expect(await users(other).endSessions.mutate({ userId: other.user.id })).toEqual({ endedSessions: 1 });
    expect(await whoAmI(twin, bearer(other.accessToken))).toBe('401 UNAUTHENTICATED');
  });

  it.each(['somebody', 'oneself'])('is refused to whoever was demoted while acting on %s', async (whom) => {
    const demoted = await app.signUpAdmin();
    const userId = whom === 'oneself' ? demoted.user.id : asha.user.id;
    const ending = await endingBehindLock(app, twin, {
      lock: ['select from users where id = $1 for update', demoted.user.id],
      call: () => users(demoted).endSessions.mutate({ userId }),
      change: [`update users set role = 'CITIZEN' where id = $1`, demoted.user.id],
    });
    expect(ending).toBe('FORBIDDEN');
    for (const person of [asha, demoted]) {
      expect(await whoAmI(app, bearer(person.accessToken))).toBe(`200 ${person.email}`);
    }
  });
});

describe('admin.users.setRole', () => {
  it('holds from the next request of a session that is open', async () => {
    expect(await endingOf(users(asha).list.query())).toBe('FORBIDDEN');
    expect((await users().setRole.mutate({ userId: asha.user.id, role: 'ADMIN', reason })).role).toBe(
      'ADMIN',
    );
    expect(await endingOf(twin.client(bearer(asha.accessToken)).admin.users.list.query())).toBe('ok');
    expect((await asha.client.auth.me.query()).user.role).toBe('ADMIN');
    await users().setRole.mutate({ userId: asha.user.id, role: 'CITIZEN', reason });
    expect(await endingOf(users(asha).list.query())).toBe('FORBIDDEN');
  });

  it('makes no organization of an account that belongs to none', async () => {
    expect(
      await errorOf(users().setRole.mutate({ userId: asha.user.id, role: 'ORGANIZATION', reason })),
    ).toMatchObject({
      code: 'INVALID_INPUT',
      fields: { role: ['This account belongs to no organization.'] },
    });
    const hospital = await app.signUpOrganization();
    for (const role of ['CITIZEN', 'ORGANIZATION'] as const) {
      const changed = await users().setRole.mutate({ userId: hospital.user.id, role, reason });
      expect([changed.role, changed.organization?.name]).toEqual([role, 'City Hospital']);
    }
  });

  it('to the role it has writes nothing', async () => {
    await users().setRole.mutate({ userId: asha.user.id, role: 'CITIZEN', reason });
    const rows = await app.sql(
      `select 1 from audit_events where action = 'user.role_changed' and subject_id = $1`,
      [asha.user.id],
    );
    expect(rows).toEqual([]);
  });
});

describe('an administrator remains', () => {
  it('nobody disables or demotes themselves', async () => {
    const self = { userId: admin.user.id, reason };
    expect(await errorOf(users().disable.mutate(self))).toMatchObject({ code: 'FORBIDDEN', httpStatus: 403 });
    expect(await endingOf(users().setRole.mutate({ ...self, role: 'CITIZEN' }))).toBe('FORBIDDEN');
    expect(await endingOf(users().enable.mutate(self))).toBe('FORBIDDEN');
    expect(await endingOf(users().list.query())).toBe('ok');
  });

  it('and each try to is on the audit log, once', async () => {
    const { requestId } = await errorOf(users().disable.mutate({ userId: admin.user.id, reason }));
    const rows = await app.sql('select action, actor_id, details from audit_events where request_id = $1', [
      requestId,
    ]);
    expect(rows).toEqual([
      {
        action: 'access.denied',
        actor_id: admin.user.id,
        details: { procedure: 'admin.users.disable' },
      },
    ]);
  });

  it.each(['demote', 'disable', 'demote and disable'])(
    'when two %s each other at once, ten times over',
    async (act) => {
      for (let round = 0; round < 10; round += 1) {
        const [first, second] = [await app.signUpAdmin(), await app.signUpAdmin()];
        const stop = (actor: Person, other: Person, how: string, instance: TestApp) => {
          const { admin: procedures } = instance.client(bearer(actor.accessToken));
          const input = { userId: other.user.id, reason };
          return how.startsWith('demote')
            ? procedures.users.setRole.mutate({ ...input, role: 'CITIZEN' })
            : procedures.users.disable.mutate(input);
        };
        const { ok, ...refused } = await tally([
          stop(first, second, act, app),
          stop(second, first, act.endsWith('disable') ? 'disable' : act, twin),
        ]);
        expect(ok).toBe(1);
        expect(['FORBIDDEN', 'UNAUTHENTICATED']).toContain(Object.keys(refused)[0]);
        const left = await app.sql(
          `select 1 from users where id in ($1, $2) and role = 'ADMIN' and disabled_at is null`,
          [first.user.id, second.user.id],
        );
        expect(left).toHaveLength(1);
      }
    },
  );
});

describe('an account that does not exist', () => {
  it.each(['disable', 'enable', 'endSessions', 'setRole'])('is not found by %s', async (act) => {
    const input = { userId: randomUUID(), reason, ...(act === 'setRole' && { role: 'CITIZEN' }) };
    const answer = await app.call(`admin.users.${act}`, { input, headers: bearer(admin.accessToken) });
    expect([answer.status, errorData(answer).code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('bad input names its field', () => {
  const bad: Record<string, unknown[]> = {
    userId: [undefined, null, '', 1, 'me', '2147483648', `${randomUUID()}'`, [], '\u0000'],
    reason: [7, '', '  ', '\u200B', 'x'.repeat(1001), 'a\u0000b', 'a\u001Bb', '\uD800'],
    role: [null, '', 'admin', 'ROOT', 7, ['ADMIN']],
    disabledAt: [null],
    surprise: [1],
  };

  it.each(['disable', 'enable', 'endSessions', 'setRole'])('%s', async (act) => {
    for (const [field, values] of Object.entries(bad)) {
      const required =
        field === 'reason' && (act === 'disable' || act === 'setRole') ? [undefined, null] : [];
      for (const value of [...values, ...required]) {
        const good = { userId: asha.user.id, reason, ...(act === 'setRole' && { role: 'OFFICER' }) };
        const input = { ...good, [field]: value };
        const answer = await app.call(`admin.users.${act}`, { input, headers: bearer(admin.accessToken) });
        const { code, fields } = errorData(answer);
        expect([field, value, code, Object.keys(fields ?? {})]).toEqual([
          field,
          value,
          'INVALID_INPUT',
          [field],
        ]);
      }
    }
    expect(await whoAmI(app, bearer(asha.accessToken))).toBe(`200 ${asha.email}`);
  });
});
