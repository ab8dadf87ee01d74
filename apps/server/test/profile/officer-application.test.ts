import { describe, expect, it } from 'vitest';
import { bearer, mutateAs, useTestApp } from '../consent/support.ts';
import { auditOf, endingBehindLock } from '../org-access/members-support.ts';
import { endingOf, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, type Person, startTestApp } from '../support/test-app.ts';

const app = useTestApp();
const apply = (person: Person, statement?: string) =>
  person.client.profile.applyAsOfficer.mutate(statement === undefined ? undefined : { statement });
const decide = (admin: Person, applicationId: string, decision: 'approve' | 'deny') =>
  admin.client.admin.officerApplications.decide.mutate({ applicationId, decision, reason: 'So be it' });

describe('profile.applyAsOfficer', () => {
  it('files an application that waits for an administrator, and is on the log', async () => {
    const asha = await app().signUp();
    const input = { statement: ' I serve\r\nin ward 7. ' };
    const answer = await mutateAs(app(), asha, 'profile.applyAsOfficer', input);
    const application = answer.body.result.data;
    const { id, email, firstName, lastName } = asha.user;
    expect(application).toEqual({
      id: expect.any(String),
      user: { id, email, firstName, lastName },
      status: 'PENDING',
      statement: 'I serve\nin ward 7.',
      appliedAt: expect.any(String),
      decidedAt: null,
      reason: null,
    });
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'officer_application.filed',
        actor: id,
        subject: id,
        details: { applicationId: application.id },
      },
    ]);
    expect((await asha.client.auth.me.query()).user.role).toBe('CITIZEN');
  });

  it('while one is open gives that one as it is', async () => {
    const asha = await app().signUp();
    const first = await apply(asha, 'The first');
    const answer = await mutateAs(app(), asha, 'profile.applyAsOfficer', { statement: 'The second' });
    expect([answer.body.result.data, await auditOf(app(), answer)]).toEqual([first, []]);
  });

  it('twenty times at once on two instances files one', async () => {
    await using twin = await startTestApp({ database: app().database });
    const asha = await app().signUp();
    const clients = [asha.client, twin.client(bearer(asha))];
    const applications = await Promise.all(
      Array.from({ length: 10 }, () =>
        clients.map(({ profile }) => profile.applyAsOfficer.mutate({ statement: 'At once' })),
      ).flat(),
    );
    expect(new Set(applications.map(({ id }) => id)).size).toBe(1);
  });

  it('after a denial files another one', async () => {
    const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
    const first = await apply(asha);
    await decide(admin, first.id, 'deny');
    const next = await apply(asha);
    expect([next.id === first.id, next.status]).toEqual([false, 'PENDING']);
  });

  it('is not for officers and administrators', async () => {
    const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
    await decide(admin, (await apply(asha)).id, 'approve');
    for (const person of [asha, admin]) {
      expect(await errorOf(apply(person))).toMatchObject({ code: 'INVALID_TRANSITION', httpStatus: 409 });
    }
  });

  it('is refused to somebody who becomes an officer meanwhile', async () => {
    await using twin = await startTestApp({ database: app().database });
    const asha = await app().signUp();
    const ending = await endingBehindLock(app(), twin, {
      lock: ['select from users where id = $1 for update', asha.user.id],
      call: () => apply(asha),
      change: [`update users set role = 'OFFICER' where id = $1`, asha.user.id],
    });
    expect(ending).toBe('INVALID_TRANSITION');
    expect(await asha.client.profile.officerApplication.query()).toBeNull();
  });

  it.each([
    ['statement', [7, '', '  ', 'x'.repeat(1001), 'a\u0000b', '\uD800', ['a'], null]],
    ['userId', ['00000000-0000-7000-8000-000000000000']],
    ['status', ['APPROVED']],
  ])('refuses a bad %s', async (field, values) => {
    const asha = await app().signUp();
    for (const value of values) {
      const answer = await mutateAs(app(), asha, 'profile.applyAsOfficer', { [field]: value });
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
    expect(await asha.client.profile.officerApplication.query()).toBeNull();
  });
});

describe('profile.officerApplication', () => {
  it('is nothing, then the open one, then the one that was decided last with its reason', async () => {
    const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
    const read = () => asha.client.profile.officerApplication.query();
    expect(await read()).toBeNull();
    const first = await apply(asha);
    expect(await read()).toEqual(first);
    const denied = await decide(admin, first.id, 'deny');
    expect(denied).toMatchObject({ status: 'DENIED', reason: 'So be it' });
    expect(await read()).toEqual(denied);
    const next = await apply(asha);
    expect(await read()).toEqual(next);
    await decide(admin, next.id, 'approve');
    expect(await read()).toMatchObject({ id: next.id, status: 'APPROVED' });
  });

  it('is one’s own', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await apply(asha);
    expect(await ravi.client.profile.officerApplication.query()).toBeNull();
  });
});

describe('auth.signUp with isOfficer', () => {
  it('makes the account with its role as asked, and files an application in the same transaction', async () => {
    const account = { ...newPerson(), role: 'DOCTOR', isOfficer: true };
    const answer = await app().call('auth.signUp', { input: account });
    expect(answer.body.result.data.role).toBe('DOCTOR');
    const doctor = await app().signIn(account.email);
    const application = await doctor.client.profile.officerApplication.query();
    expect(application).toMatchObject({ status: 'PENDING', statement: null, user: { id: doctor.user.id } });
    expect(await auditOf(app(), answer)).toMatchObject([
      { action: 'user.signed_up', actor: null, subject: doctor.user.id },
      {
        action: 'officer_application.filed',
        actor: null,
        subject: doctor.user.id,
        details: { applicationId: application?.id },
      },
    ]);
  });

  it('files one for an organization’s account, and none unless asked', async () => {
    const { email, password } = newPerson();
    const organization = { email, password, role: 'ORGANIZATION', organizationName: 'Ward 7' } as const;
    await app()
      .client()
      .auth.signUp.mutate({ ...organization, isOfficer: true });
    const ward = await app().signIn(email);
    expect(await ward.client.profile.officerApplication.query()).toMatchObject({ status: 'PENDING' });
    const asha = await app().signUp({ isOfficer: false });
    expect(await asha.client.profile.officerApplication.query()).toBeNull();
  });

  it.each([null, 'true', 1, {}])('refuses %j', async (isOfficer) => {
    const answer = await app().call('auth.signUp', { input: { ...newPerson(), isOfficer } });
    expect(Object.keys(errorData(answer).fields ?? {})).toEqual(['isOfficer']);
  });

  it('leaves nothing behind when the address is taken', async () => {
    const asha = await app().signUp();
    const again = { ...newPerson(), email: asha.email, isOfficer: true };
    expect(await endingOf(app().client().auth.signUp.mutate(again))).toBe('EMAIL_TAKEN');
    expect(await asha.client.profile.officerApplication.query()).toBeNull();
  });
});
