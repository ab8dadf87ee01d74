import { describe, expect, it } from 'vitest';
import { mutateAs, NOBODY, readAll, useTestApp } from '../consent/support.ts';
import { endingOf, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import type { Person } from '../support/test-app.ts';
import { auditOf, letIn, organizationOf, readMemberships, signUpMember } from './members-support.ts';

const app = useTestApp();
const members = (person: Person) => person.client.orgAccess.members;

describe('orgAccess.members.list', () => {
  it('tells every member who belongs to the organization, by the age of their accounts', async () => {
    const early = await app().signUp();
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    await letIn(app(), hospital, early, 'owner');
    const expected = [
      { person: early, membership: 'owner' },
      { person: hospital, membership: 'owner' },
      { person: clerk, membership: 'member' },
    ].map(({ person, membership }) => {
      const { id, email, firstName, lastName } = person.user;
      return { user: { id, email, firstName, lastName }, membership, joinedAt: expect.any(String) };
    });
    for (const reader of [hospital, clerk, early]) {
      expect(await members(reader).list.query()).toEqual({ items: expected, nextCursor: null });
    }
  });

  it('pages without a gap or a repetition', async () => {
    const hospital = await app().signUpOrganization();
    for (const _ of 'abcd') await signUpMember(app(), hospital);
    const ids = (await members(hospital).list.query()).items.map(({ user }) => user.id);
    const paged = await readAll(({ cursor }) => members(hospital).list.query({ limit: 2, cursor }));
    expect(paged.map(({ user }) => user.id)).toEqual(ids);
    expect(ids).toHaveLength(5);
  });

  it('shows nobody of another organization, and is not for people without one', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    expect((await members(bank).list.query()).items.map(({ user }) => user.id)).toEqual([bank.user.id]);
    expect((await members(hospital).list.query()).items).toHaveLength(1);
    expect(await endingOf(members(await app().signUp()).list.query())).toBe('FORBIDDEN');
    expect(await endingOf(members(await app().signUpAdmin()).list.query())).toBe('FORBIDDEN');
  });

  it.each([
    ['limit', [0, 101, -1, 1.5, '10', null]],
    ['cursor', ['!', 'AAAA', '', 'x'.repeat(201), 7]],
    ['organizationId', [NOBODY]],
  ])('refuses a bad %s', async (field, values) => {
    const hospital = await app().signUpOrganization();
    for (const value of values) {
      const bad = { [field]: value } as object;
      const { code, fields } = await errorOf(members(hospital).list.query(bad));
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});

describe('orgAccess.members.remove', () => {
  it('by an owner ends a membership from the next request, and the log says so', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    const answer = await mutateAs(app(), hospital, 'orgAccess.members.remove', { userId: clerk.user.id });
    expect(answer.body.result.data).toEqual({ userId: clerk.user.id });
    expect(await endingOf(clerk.client.orgAccess.outgoing.query())).toBe('FORBIDDEN');
    expect((await clerk.client.auth.me.query()).user).toMatchObject({ organization: null, role: 'CITIZEN' });
    expect(await readMemberships(app(), hospital)).toEqual({ [hospital.user.id]: 'owner' });
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'member.removed',
        actor: hospital.user.id,
        subject: clerk.user.id,
        details: { organizationId: organizationOf(hospital), membership: 'member' },
      },
    ]);
  });

  it('of oneself is leaving, which every member may', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    expect(await members(clerk).remove.mutate({ userId: clerk.user.id })).toEqual({ userId: clerk.user.id });
    expect(await endingOf(members(clerk).remove.mutate({ userId: clerk.user.id }))).toBe('FORBIDDEN');
    expect(Object.keys(await readMemberships(app(), hospital))).toEqual([hospital.user.id]);
  });

  it('of an account with the role ORGANIZATION makes it a citizen, and the log says that too', async () => {
    const hospital = await app().signUpOrganization();
    const partner = await signUpMember(app(), hospital, 'owner');
    const input = { userId: hospital.user.id };
    const answer = await mutateAs(app(), partner, 'orgAccess.members.remove', input);
    expect((await hospital.client.auth.me.query()).user).toMatchObject({
      role: 'CITIZEN',
      organization: null,
    });
    expect(await auditOf(app(), answer)).toMatchObject([
      { action: 'member.removed', subject: hospital.user.id, details: { membership: 'owner' } },
      {
        action: 'user.role_changed',
        actor: partner.user.id,
        subject: hospital.user.id,
        details: { before: 'ORGANIZATION', after: 'CITIZEN', organizationId: organizationOf(hospital) },
      },
    ]);
  });

  it('leaves every other role as it is', async () => {
    const hospital = await app().signUpOrganization();
    const doctor = await app().signUp({ role: 'DOCTOR' });
    await letIn(app(), hospital, doctor);
    const input = { userId: doctor.user.id };
    const answer = await mutateAs(app(), doctor, 'orgAccess.members.remove', input);
    expect((await doctor.client.auth.me.query()).user.role).toBe('DOCTOR');
    expect((await auditOf(app(), answer)).map(({ action }) => action)).toEqual(['member.removed']);
  });

  it('of somebody else is for owners: a plain member is refused, whoever is meant, and that is on the log', async () => {
    const hospital = await app().signUpOrganization();
    const [clerk, nurse] = [await signUpMember(app(), hospital), await signUpMember(app(), hospital)];
    for (const userId of [nurse.user.id, hospital.user.id, NOBODY]) {
      const answer = await mutateAs(app(), clerk, 'orgAccess.members.remove', { userId });
      expect([answer.status, errorData(answer).code]).toEqual([403, 'FORBIDDEN']);
      expect(await auditOf(app(), answer)).toEqual([
        {
          action: 'access.denied',
          actor: clerk.user.id,
          subject: clerk.user.id,
          details: { procedure: 'orgAccess.members.remove' },
        },
      ]);
    }
    expect(Object.keys(await readMemberships(app(), hospital))).toHaveLength(3);
  });

  it('finds no member of another organization, and nobody who is a member of none', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const teller = await signUpMember(app(), bank);
    const stranger = await app().signUp();
    for (const userId of [bank.user.id, teller.user.id, stranger.user.id, NOBODY]) {
      expect(await errorOf(members(hospital).remove.mutate({ userId }))).toMatchObject({
        code: 'NOT_FOUND',
        httpStatus: 404,
      });
    }
    expect(Object.keys(await readMemberships(app(), bank))).toHaveLength(2);
  });
});

describe('orgAccess.members.setMembership', () => {
  it('makes an owner of a member, who may invite from the next request, and takes it back', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    expect(await endingOf(members(clerk).invitations.query())).toBe('FORBIDDEN');
    const input = { userId: clerk.user.id, membership: 'owner' };
    const answer = await mutateAs(app(), hospital, 'orgAccess.members.setMembership', input);
    const { id, email, firstName, lastName } = clerk.user;
    const shown = { user: { id, email, firstName, lastName }, joinedAt: expect.any(String) };
    expect(answer.body.result.data).toEqual({ ...shown, membership: 'owner' });
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'member.membership_changed',
        actor: hospital.user.id,
        subject: id,
        details: { organizationId: organizationOf(hospital), before: 'member', after: 'owner' },
      },
    ]);
    expect(await endingOf(members(clerk).invitations.query())).toBe('ok');
    const back = await members(clerk).setMembership.mutate({ userId: id, membership: 'member' });
    expect(back).toEqual({ ...shown, membership: 'member' });
    expect(await endingOf(members(clerk).invitations.query())).toBe('FORBIDDEN');
  });

  it('to what it is writes nothing', async () => {
    const hospital = await app().signUpOrganization();
    const input = { userId: hospital.user.id, membership: 'owner' };
    const answer = await mutateAs(app(), hospital, 'orgAccess.members.setMembership', input);
    expect([answer.status, await auditOf(app(), answer)]).toEqual([200, []]);
  });

  it('is for owners, and finds the members of one’s own organization alone', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const clerk = await signUpMember(app(), hospital);
    const raise = (actor: Person, userId: string) =>
      endingOf(members(actor).setMembership.mutate({ userId, membership: 'owner' }));
    expect(await raise(clerk, clerk.user.id)).toBe('FORBIDDEN');
    expect(await raise(await app().signUp(), clerk.user.id)).toBe('FORBIDDEN');
    expect(await raise(bank, clerk.user.id)).toBe('NOT_FOUND');
    expect(await raise(hospital, NOBODY)).toBe('NOT_FOUND');
    expect(await readMemberships(app(), hospital)).toMatchObject({ [clerk.user.id]: 'member' });
  });
});

describe('the last owner', () => {
  it('cannot leave or become a plain member while others stay', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    const userId = hospital.user.id;
    const last = { code: 'LAST_OWNER', httpStatus: 409 };
    expect(await errorOf(members(hospital).remove.mutate({ userId }))).toMatchObject(last);
    expect(
      await errorOf(members(hospital).setMembership.mutate({ userId, membership: 'member' })),
    ).toMatchObject(last);
    expect(await readMemberships(app(), hospital)).toEqual({ [userId]: 'owner', [clerk.user.id]: 'member' });
    await members(hospital).setMembership.mutate({ userId: clerk.user.id, membership: 'owner' });
    expect(await endingOf(members(hospital).remove.mutate({ userId }))).toBe('ok');
  });

  it('is the last who can sign in: a disabled owner does not count, and can be removed', async () => {
    const hospital = await app().signUpOrganization();
    const partner = await signUpMember(app(), hospital, 'owner');
    await app().sql('update users set disabled_at = now() where id = $1', [partner.user.id]);
    const userId = hospital.user.id;
    expect(await endingOf(members(hospital).remove.mutate({ userId }))).toBe('LAST_OWNER');
    expect(await endingOf(members(hospital).remove.mutate({ userId: partner.user.id }))).toBe('ok');
  });
});

describe('bad input names its field', () => {
  const BAD_IDS = [undefined, null, '', 1, 'me', `${NOBODY}'`, [], '\u0000'];
  const GOOD: Record<string, object> = {
    remove: { userId: NOBODY },
    setMembership: { userId: NOBODY, membership: 'owner' },
    cancelInvitation: { invitationId: NOBODY },
  };
  const BAD: [string, string, unknown[]][] = [
    ['remove', 'userId', BAD_IDS],
    ['remove', 'organizationId', [NOBODY]],
    ['setMembership', 'userId', BAD_IDS],
    ['setMembership', 'membership', [undefined, null, '', 'admin', 'OWNER', 7, ['owner']]],
    ['cancelInvitation', 'invitationId', BAD_IDS],
  ];

  it.each(BAD)('%s: %s', async (procedure, field, values) => {
    const hospital = await app().signUpOrganization();
    for (const value of values) {
      const input = { ...GOOD[procedure], [field]: value };
      const answer = await mutateAs(app(), hospital, `orgAccess.members.${procedure}`, input);
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});
