import { describe, expect, it } from 'vitest';
import { mutateAs, NOBODY, useTestApp } from '../consent/support.ts';
import { errorData } from '../support/calls.ts';
import { newPerson, type Person } from '../support/test-app.ts';
import { auditOf, countMails, organizationOf, signUpMember } from './members-support.ts';

const app = useTestApp();
const members = (person: Person) => person.client.orgAccess.members;
const openOf = async (person: Person) => (await members(person).invitations.query()).items;
const WEEK = 168 * 60 * 60 * 1000;

describe('orgAccess.members.invite', () => {
  it('promises a mail, shows in the list for 168 hours, and is on the log without the address', async () => {
    const hospital = await app().signUpOrganization();
    const { email } = newPerson();
    const input = { email: ` ${email.toUpperCase()} `, membership: 'owner' };
    const answer = await mutateAs(app(), hospital, 'orgAccess.members.invite', input);
    const invitation = answer.body.result.data;
    expect(invitation).toEqual({
      id: expect.any(String),
      email,
      membership: 'owner',
      invitedAt: expect.any(String),
      expiresAt: expect.any(String),
    });
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.invitedAt)).toBe(WEEK);
    expect(await openOf(hospital)).toEqual([invitation]);
    expect(await countMails(app(), 'accept_invitation', invitation.id)).toBe(1);
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'member.invited',
        actor: hospital.user.id,
        subject: organizationOf(hospital),
        details: {
          organizationId: organizationOf(hospital),
          invitationId: invitation.id,
          membership: 'owner',
        },
      },
    ]);
  });

  it('asks people in as plain members unless told', async () => {
    const hospital = await app().signUpOrganization();
    const invitation = await members(hospital).invite.mutate({ email: newPerson().email });
    expect(invitation.membership).toBe('member');
  });

  it('of an address that is invited moves the end of that invitation and sends its mail again', async () => {
    const hospital = await app().signUpOrganization();
    const { email } = newPerson();
    const first = await members(hospital).invite.mutate({ email, membership: 'owner' });
    await app().sql(
      `update organization_invitations
         set invited_at = invited_at - interval '5 days', expires_at = expires_at - interval '5 days'
         where id = $1`,
      [first.id],
    );
    const again = await members(hospital).invite.mutate({ email });
    expect(again).toMatchObject({ id: first.id, email, membership: 'owner' });
    expect(again.expiresAt >= first.expiresAt).toBe(true);
    expect(Date.parse(again.expiresAt) - Date.parse(again.invitedAt)).toBe(WEEK);
    expect(await countMails(app(), 'accept_invitation', first.id)).toBe(2);
    expect(await openOf(hospital)).toEqual([again]);
    const changed = await members(hospital).invite.mutate({ email, membership: 'member' });
    expect(changed).toMatchObject({ id: first.id, membership: 'member' });
  });

  it('opens an invitation anew that has run out', async () => {
    const hospital = await app().signUpOrganization();
    const { email } = newPerson();
    const { id } = await members(hospital).invite.mutate({ email });
    await app().sql(
      `update organization_invitations set expires_at = now() - interval '1 day' where id = $1`,
      [id],
    );
    expect(await openOf(hospital)).toEqual([]);
    await members(hospital).invite.mutate({ email });
    expect(await openOf(hospital)).toMatchObject([{ email }]);
  });

  it('of a member is ALREADY_MEMBER, and sends nothing', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    for (const { email } of [clerk, hospital]) {
      const answer = await mutateAs(app(), hospital, 'orgAccess.members.invite', { email });
      expect([answer.status, errorData(answer).code]).toEqual([409, 'ALREADY_MEMBER']);
      expect(await auditOf(app(), answer)).toEqual([]);
    }
    expect(await openOf(hospital)).toEqual([]);
  });

  it('tells nobody whether an address has an account, or belongs to another organization', async () => {
    const hospital = await app().signUpOrganization();
    const bank = await app().signUpOrganization('Bank');
    const teller = await signUpMember(app(), bank);
    const disabled = await app().signUp();
    await app().sql('update users set disabled_at = now() where id = $1', [disabled.user.id]);
    const shapes: unknown[] = [];
    for (const { email } of [newPerson(), await app().signUp(), bank, teller, disabled]) {
      const answer = await mutateAs(app(), hospital, 'orgAccess.members.invite', { email });
      const { id, invitedAt, expiresAt, ...rest } = answer.body.result.data;
      expect([typeof id, typeof invitedAt, typeof expiresAt]).toEqual(['string', 'string', 'string']);
      shapes.push([answer.status, { ...rest, email: rest.email === email }]);
    }
    expect(new Set(shapes.map((shape) => JSON.stringify(shape))).size).toBe(1);
  });

  it('of two organizations to one address stand beside each other', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const { email } = newPerson();
    const one = await members(hospital).invite.mutate({ email });
    const two = await members(bank).invite.mutate({ email });
    expect(one.id).not.toBe(two.id);
    expect(await openOf(hospital)).toEqual([one]);
    expect(await openOf(bank)).toEqual([two]);
  });

  it('counts the invitations of an organization, of all its owners together', async () => {
    const hospital = await app().signUpOrganization();
    const partner = await signUpMember(app(), hospital, 'owner');
    const invite = (person: Person) =>
      mutateAs(app(), person, 'orgAccess.members.invite', { email: newPerson().email });
    const remaining: number[] = [];
    for (const person of [hospital, partner]) {
      const header = (await invite(person)).headers.get('ratelimit') ?? '';
      remaining.push(Number(/r=(\d+)/.exec(header)?.[1]));
    }
    expect(remaining[0]).toBeGreaterThan(1);
    expect(remaining[1]).toBe((remaining[0] ?? 0) - 1);
  });
});

describe('bad input names its field', () => {
  it.each([
    [
      'email',
      [undefined, null, '', 'me', 'a@b', 'a b@example.com', 7, [], `${'x'.repeat(250)}@a.io`, 'a\u0000@b.io'],
    ],
    ['membership', [null, '', 'admin', 'OWNER', 7]],
    ['organizationId', [NOBODY]],
  ])('invite: %s', async (field, values) => {
    const hospital = await app().signUpOrganization();
    for (const value of values) {
      const input = { email: newPerson().email, [field]: value };
      const answer = await mutateAs(app(), hospital, 'orgAccess.members.invite', input);
      const { code, fields } = errorData(answer);
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });
});
