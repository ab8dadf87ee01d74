import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutateAs, readAll, useTestApp } from '../consent/support.ts';
import { auditOf, countMails, endingBehindLock } from '../org-access/members-support.ts';
import { bearer, endingOf, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const app = useTestApp();
let twin: TestApp;
let admin: Person;
beforeAll(async () => {
  twin = await startTestApp({ database: app().database });
  admin = await app().signUpAdmin();
});
afterAll(() => twin[Symbol.asyncDispose]());

const applications = (person = admin) => person.client.admin.officerApplications;
const reason = 'No letter of the ward';

/** Somebody who has applied. */
async function signUpApplicant() {
  const person = await app().signUp();
  return { person, application: await person.client.profile.applyAsOfficer.mutate({ statement: 'Ward 7' }) };
}

describe('admin.officerApplications.decide', () => {
  it('approve makes an officer from the next request, tells them by mail and is on the log', async () => {
    const { person, application } = await signUpApplicant();
    const input = { applicationId: application.id, decision: 'approve' };
    const answer = await mutateAs(app(), admin, 'admin.officerApplications.decide', input);
    expect(answer.body.result.data).toEqual({
      ...application,
      status: 'APPROVED',
      decidedAt: expect.any(String),
    });
    expect((await person.client.auth.me.query()).user.role).toBe('OFFICER');
    expect(await countMails(app(), 'officer_application_decided', application.id)).toBe(1);
    const who = { actor: admin.user.id, subject: person.user.id };
    const [applicationId, noReason] = [application.id, { reason: null }];
    expect(await auditOf(app(), answer)).toEqual([
      { action: 'officer_application.approved', ...who, details: { applicationId, ...noReason } },
      {
        action: 'user.role_changed',
        ...who,
        details: { applicationId, before: 'CITIZEN', after: 'OFFICER' },
      },
    ]);
  });

  it('deny leaves the role, tells the person why by mail and is on the log', async () => {
    const { person, application } = await signUpApplicant();
    const input = { applicationId: application.id, decision: 'deny', reason };
    const answer = await mutateAs(app(), admin, 'admin.officerApplications.decide', input);
    expect(answer.body.result.data).toMatchObject({ status: 'DENIED', reason });
    expect((await person.client.auth.me.query()).user.role).toBe('CITIZEN');
    expect(await countMails(app(), 'officer_application_decided', application.id)).toBe(1);
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'officer_application.denied',
        actor: admin.user.id,
        subject: person.user.id,
        details: { applicationId: application.id, reason },
      },
    ]);
  });

  it('deny needs a reason', async () => {
    const { application } = await signUpApplicant();
    const decided = applications().decide.mutate({ applicationId: application.id, decision: 'deny' });
    const { code, fields } = await errorOf(decided);
    expect([code, Object.keys(fields ?? {})]).toEqual(['INVALID_INPUT', ['reason']]);
  });

  it.each([
    ['approve', 'deny'],
    ['deny', 'approve'],
  ] as const)(
    'what is so already writes nothing, and what is otherwise is refused: %s, then %s',
    async (one, two) => {
      const { application } = await signUpApplicant();
      const applicationId = application.id;
      const first = await applications().decide.mutate({ applicationId, decision: one, reason });
      const again = { applicationId, decision: one, reason: 'Again' };
      const answer = await mutateAs(app(), admin, 'admin.officerApplications.decide', again);
      expect([answer.body.result.data, await auditOf(app(), answer)]).toEqual([first, []]);
      const other = applications().decide.mutate({ applicationId, decision: two, reason });
      expect(await errorOf(other)).toMatchObject({ code: 'INVALID_TRANSITION', httpStatus: 409 });
      expect(await countMails(app(), 'officer_application_decided', applicationId)).toBe(1);
    },
  );

  it('is another administrator’s matter for somebody who became one meanwhile, and never takes that away', async () => {
    const { person, application } = await signUpApplicant();
    const applicationId = application.id;
    await admin.client.admin.users.setRole.mutate({ userId: person.user.id, role: 'ADMIN', reason });
    const decide = (actor: Person, decision: 'approve' | 'deny') =>
      endingOf(applications(actor).decide.mutate({ applicationId, decision, reason }));
    expect(await decide(person, 'approve')).toBe('FORBIDDEN');
    expect(await decide(person, 'deny')).toBe('FORBIDDEN');
    expect(await decide(admin, 'approve')).toBe('INVALID_TRANSITION');
    expect(await decide(admin, 'deny')).toBe('ok');
    expect((await person.client.auth.me.query()).user.role).toBe('ADMIN');
  });

  it('approves somebody who was made an officer meanwhile, and changes no role', async () => {
    const { person, application } = await signUpApplicant();
    await admin.client.admin.users.setRole.mutate({ userId: person.user.id, role: 'OFFICER', reason });
    const input = { applicationId: application.id, decision: 'approve' };
    const answer = await mutateAs(app(), admin, 'admin.officerApplications.decide', input);
    expect(answer.status).toBe(200);
    expect((await auditOf(app(), answer)).map(({ action }) => action)).toEqual([
      'officer_application.approved',
    ]);
  });

  it('decides on a disabled account without a mail', async () => {
    const { person, application } = await signUpApplicant();
    await admin.client.admin.users.disable.mutate({ userId: person.user.id, reason });
    const decided = await applications().decide.mutate({
      applicationId: application.id,
      decision: 'deny',
      reason,
    });
    expect(decided.status).toBe('DENIED');
    expect(await countMails(app(), 'officer_application_decided', application.id)).toBe(0);
  });

  it('finds no application that is not there', async () => {
    const answer = await mutateAs(app(), admin, 'admin.officerApplications.decide', {
      applicationId: randomUUID(),
      decision: 'approve',
    });
    expect([answer.status, errorData(answer).code]).toEqual([404, 'NOT_FOUND']);
  });

  it.each([
    ['applicationId', [undefined, null, '', 1, 'me', []]],
    ['decision', [undefined, null, '', 'APPROVE', 'pause', 7]],
    ['reason', [7, '', '  ', 'x'.repeat(1001), 'a\u0000b', null]],
    ['userId', [randomUUID()]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const input = { applicationId: randomUUID(), decision: 'deny', reason, [field]: value };
      const answer = await mutateAs(app(), admin, 'admin.officerApplications.decide', input);
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});

describe('decisions at once on two instances', () => {
  it('of two administrators who decide differently one wins, and the other is told', async () => {
    const other = await app().signUpAdmin();
    const elsewhere = twin.client(bearer(other.accessToken)).admin.officerApplications;
    for (let round = 0; round < 10; round += 1) {
      const { person, application } = await signUpApplicant();
      const applicationId = application.id;
      const calls = [
        () => applications().decide.mutate({ applicationId, decision: 'approve' }),
        () => elsewhere.decide.mutate({ applicationId, decision: 'deny', reason }),
      ];
      if (round % 2 === 1) calls.reverse();
      const endings = await Promise.all(calls.map((call) => endingOf(call())));
      expect(endings.sort()).toEqual(['INVALID_TRANSITION', 'ok']);
      const { status } = (await person.client.profile.officerApplication.query()) ?? {};
      const { role } = (await person.client.auth.me.query()).user;
      expect([
        ['APPROVED', 'OFFICER'],
        ['DENIED', 'CITIZEN'],
      ]).toContainEqual([status, role]);
      expect(await countMails(app(), 'officer_application_decided', applicationId)).toBe(1);
    }
  });

  it('an approval that races a change of role leaves a log that tells what happened', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { person, application } = await signUpApplicant();
      const { setRole } = twin.client(bearer(admin.accessToken)).admin.users;
      const calls = [
        () => applications().decide.mutate({ applicationId: application.id, decision: 'approve' }),
        () => setRole.mutate({ userId: person.user.id, role: 'DOCTOR', reason }),
      ];
      if (round % 2 === 1) calls.reverse();
      expect(await Promise.all(calls.map((call) => endingOf(call())))).toEqual(['ok', 'ok']);
      const changes = await app().sql<{ details: { before: string; after: string } }>(
        `select details from audit_events where action = 'user.role_changed' and subject_id = $1 order by id`,
        [person.user.id],
      );
      const [one, two] = changes.map(({ details }) => details).sort(byBefore);
      expect([one?.before, one?.after]).toEqual(['CITIZEN', two?.before]);
      expect((await person.client.auth.me.query()).user.role).toBe(two?.after);
    }
  });

  it.each([
    ['is no administrator any more', `update users set role = 'CITIZEN' where id = $1`],
    ['is disabled', 'update users set disabled_at = now() where id = $1'],
  ])('of somebody who %s when their turn comes count for nothing', async (_what, change) => {
    const { person, application } = await signUpApplicant();
    const leaving = await app().signUpAdmin();
    const ending = await endingBehindLock(app(), twin, {
      lock: ['select from users where id = $1 for update', person.user.id],
      call: () => applications(leaving).decide.mutate({ applicationId: application.id, decision: 'approve' }),
      change: [change, leaving.user.id],
    });
    expect(ending).toBe('FORBIDDEN');
    expect((await person.client.auth.me.query()).user.role).toBe('CITIZEN');
  });
});

describe('admin.officerApplications.list', () => {
  it('answers applications, newest first, by status, in pages', async () => {
    const [one, two, three] = [await signUpApplicant(), await signUpApplicant(), await signUpApplicant()];
    const denied = await applications().decide.mutate({
      applicationId: two.application.id,
      decision: 'deny',
      reason,
    });
    const newest = await applications().list.query({ limit: 3 });
    expect(newest.items).toEqual([three.application, denied, one.application]);
    expect(newest.nextCursor).not.toBeNull();
    const all = await readAll((page) => applications().list.query(page));
    for (const status of ['PENDING', 'APPROVED', 'DENIED'] as const) {
      const paged = await readAll(({ cursor }) => applications().list.query({ status, limit: 2, cursor }));
      expect(paged).toEqual(all.filter((application) => application.status === status));
      expect(paged.length).toBeGreaterThan(0);
    }
  });

  it.each([
    ['limit', [0, 101, -1, 1.5, '10', null]],
    ['cursor', ['!', 'AAAA', '', 'x'.repeat(201), 7]],
    ['status', ['pending', '', 7]],
    ['offset', [1]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const bad = { [field]: value } as object;
      const { code, fields } = await errorOf(applications().list.query(bad));
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});

function byBefore(one: { before: string }, two: { before: string }): number {
  return Number(two.before === 'CITIZEN') - Number(one.before === 'CITIZEN');
}
