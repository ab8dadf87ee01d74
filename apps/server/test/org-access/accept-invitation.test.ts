import { describe, expect, it } from 'vitest';
import { mutateAs, useTestApp } from '../consent/support.ts';
import { endingOf, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import type { Person } from '../support/test-app.ts';
import {
  auditOf,
  giveToken,
  letIn,
  organizationOf,
  readMemberships,
  signUpMember,
} from './members-support.ts';

const app = useTestApp();
const members = (person: Person) => person.client.orgAccess.members;

/** An invitation of this person, and the token of its link. */
async function invite(owner: Person, person: Person, membership: 'owner' | 'member' = 'member') {
  const invitation = await members(owner).invite.mutate({ email: person.email, membership });
  return { invitation, token: await giveToken(app(), invitation) };
}

describe('orgAccess.members.accept', () => {
  it('makes the caller a member from the next request, with a verified address, and is on the log', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    const { invitation, token } = await invite(hospital, asha, 'owner');
    const answer = await mutateAs(app(), asha, 'orgAccess.members.accept', { token });
    const organization = await hospital.client.orgAccess.organization.query();
    expect(answer.body.result.data).toEqual({ ...organization, membership: 'owner' });
    const { user } = await asha.client.auth.me.query();
    expect(user).toEqual({
      ...asha.user,
      emailVerified: true,
      organization: { id: organization.id, name: 'City Hospital', membership: 'owner' },
    });
    const details = { organizationId: organization.id, invitationId: invitation.id, membership: 'owner' };
    const self = { actor: asha.user.id, subject: asha.user.id };
    expect(await auditOf(app(), answer)).toEqual([
      { action: 'member.joined', ...self, details },
      { action: 'user.email_verified', ...self, details: {} },
    ]);
    expect((await members(hospital).invitations.query()).items).toEqual([]);
    const tokens = await app().sql('select from mail_tokens where invitation_id = $1', [invitation.id]);
    expect(tokens).toEqual([]);
  });

  it('leaves an address as it is that was verified before', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    await app().sql(`update users set email_verified_at = '2020-01-01' where id = $1`, [asha.user.id]);
    const { token } = await invite(hospital, asha);
    const answer = await mutateAs(app(), asha, 'orgAccess.members.accept', { token });
    expect((await auditOf(app(), answer)).map(({ action }) => action)).toEqual(['member.joined']);
    const rows = await app().sql('select email_verified_at as at from users where id = $1', [asha.user.id]);
    expect(rows).toEqual([{ at: new Date('2020-01-01T00:00:00Z') }]);
  });

  it('works once: a token, and every other token of the invitation, is then worth nothing', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    const { invitation, token } = await invite(hospital, asha);
    const other = await giveToken(app(), invitation);
    await members(asha).accept.mutate({ token });
    await members(asha).remove.mutate({ userId: asha.user.id });
    for (const used of [token, other]) {
      expect(await errorOf(members(asha).accept.mutate({ token: used }))).toMatchObject({
        code: 'INVALID_INPUT',
        httpStatus: 400,
        fields: { token: ['This link is no longer valid; ask for a new one.'] },
      });
    }
    await letIn(app(), hospital, asha);
    expect(Object.keys(await readMemberships(app(), hospital))).toHaveLength(2);
  });

  it('by somebody else is refused, and leaves the token good for whom it is meant for', async () => {
    const [hospital, asha, thief] = [
      await app().signUpOrganization(),
      await app().signUp(),
      await app().signUp(),
    ];
    const { token } = await invite(hospital, asha);
    expect(await errorOf(members(thief).accept.mutate({ token }))).toMatchObject({
      code: 'INVALID_INPUT',
      fields: { token: ['This invitation is for another e-mail address; sign in with that one.'] },
    });
    expect((await thief.client.auth.me.query()).user).toMatchObject({
      organization: null,
      emailVerified: false,
    });
    expect(await endingOf(members(asha).accept.mutate({ token }))).toBe('ok');
  });

  it('by a member of any organization is ALREADY_MEMBER, and can be done after leaving', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const teller = await signUpMember(app(), bank);
    const { token } = await invite(hospital, teller);
    expect(await errorOf(members(teller).accept.mutate({ token }))).toMatchObject({
      code: 'ALREADY_MEMBER',
      httpStatus: 409,
    });
    expect(await readMemberships(app(), bank)).toMatchObject({ [teller.user.id]: 'member' });
    await members(teller).remove.mutate({ userId: teller.user.id });
    const organization = await members(teller).accept.mutate({ token });
    expect(organization.id).toBe(organizationOf(hospital));
  });

  it('changes no role', async () => {
    const [hospital, doctor] = [await app().signUpOrganization(), await app().signUp({ role: 'DOCTOR' })];
    const { token } = await invite(hospital, doctor);
    await members(doctor).accept.mutate({ token });
    expect((await doctor.client.auth.me.query()).user.role).toBe('DOCTOR');
  });

  it.each([
    ['the invitation has run out', `update organization_invitations set expires_at = now() where id = $1`],
    ['the link has run out', `update mail_tokens set expires_at = now() where invitation_id = $1`],
    [
      'the organization is gone',
      `delete from organizations where id = (select organization_id from organization_invitations where id = $1)`,
    ],
  ])('is too late when %s', async (_what, statement) => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    const { invitation, token } = await invite(hospital, asha);
    await app().sql(statement, [invitation.id]);
    const { code, fields } = await errorOf(members(asha).accept.mutate({ token }));
    expect([code, Object.keys(fields ?? {})]).toEqual(['INVALID_INPUT', ['token']]);
    expect((await asha.client.auth.me.query()).user.organization).toBeNull();
  });

  it('takes no token of another purpose', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    const { invitation, token } = await invite(hospital, asha);
    await app().sql(
      `update mail_tokens set purpose = 'verify_email', user_id = $1, invitation_id = null
         where invitation_id = $2`,
      [asha.user.id, invitation.id],
    );
    expect(await endingOf(members(asha).accept.mutate({ token }))).toBe('INVALID_INPUT');
  });

  it('refuses what is no token, and says which field', async () => {
    const asha = await app().signUp();
    for (const token of [undefined, null, '', 7, [], 'x'.repeat(201), 'forged', `' or 1=1 --`]) {
      const answer = await mutateAs(app(), asha, 'orgAccess.members.accept', { token });
      const { code, fields } = errorData(answer);
      expect([token, code, Object.keys(fields ?? {})]).toEqual([token, 'INVALID_INPUT', ['token']]);
    }
  });

  it('counts the tokens that do not work, from where they come, and not those that do', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    const { token } = await invite(hospital, asha);
    const countWrong = async () => {
      const rows = await app().sql<{ points: number }>(
        `select points from rate_limits where key like 'mail_token_address%'`,
      );
      return rows.reduce((sum, { points }) => sum + points, 0);
    };
    const before = await countWrong();
    expect(await endingOf(members(asha).accept.mutate({ token }))).toBe('ok');
    expect(await countWrong()).toBe(before);
    expect(await endingOf(members(asha).accept.mutate({ token }))).toBe('INVALID_INPUT');
    expect(await countWrong()).toBe(before + 1);
  });
});
