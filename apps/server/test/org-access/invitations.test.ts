import { describe, expect, it } from 'vitest';
import { mutateAs, NOBODY, readAll, useTestApp } from '../consent/support.ts';
import { endingOf, errorData } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, type Person } from '../support/test-app.ts';
import { auditOf, giveToken, letIn, organizationOf, signUpMember } from './members-support.ts';

const app = useTestApp();
const members = (person: Person) => person.client.orgAccess.members;
const openOf = async (person: Person) => (await members(person).invitations.query()).items;

describe('orgAccess.members.invitations', () => {
  it('are newest first, in pages, of one’s own organization', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const invited = [];
    for (const _ of 'abcde') invited.unshift(await members(hospital).invite.mutate(newEmail()));
    await members(bank).invite.mutate(newEmail());
    const paged = await readAll(({ cursor }) => members(hospital).invitations.query({ limit: 2, cursor }));
    expect(paged).toEqual(invited);
  });

  it('leave out what was accepted or cancelled, or has run out', async () => {
    const hospital = await app().signUpOrganization();
    await signUpMember(app(), hospital);
    const cancelled = await members(hospital).invite.mutate(newEmail());
    await members(hospital).cancelInvitation.mutate({ invitationId: cancelled.id });
    const old = await members(hospital).invite.mutate(newEmail());
    await app().sql('update organization_invitations set expires_at = now() where id = $1', [old.id]);
    const open = await members(hospital).invite.mutate(newEmail());
    expect(await openOf(hospital)).toEqual([open]);
  });
});

describe('orgAccess.members.cancelInvitation', () => {
  it('makes the links of its mails worthless, and is on the log', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    const invitation = await members(hospital).invite.mutate({ email: asha.email });
    const token = await giveToken(app(), invitation);
    const input = { invitationId: invitation.id };
    const answer = await mutateAs(app(), hospital, 'orgAccess.members.cancelInvitation', input);
    expect(answer.body.result.data).toEqual(invitation);
    expect(await auditOf(app(), answer)).toEqual([
      {
        action: 'member.invitation_cancelled',
        actor: hospital.user.id,
        subject: organizationOf(hospital),
        details: {
          organizationId: organizationOf(hospital),
          invitationId: invitation.id,
          membership: 'member',
        },
      },
    ]);
    expect(await openOf(hospital)).toEqual([]);
    expect(await endingOf(members(asha).accept.mutate({ token }))).toBe('INVALID_INPUT');
  });

  it('a second time is the same and writes nothing; the address can be invited anew', async () => {
    const hospital = await app().signUpOrganization();
    const input = newEmail();
    const invitation = await members(hospital).invite.mutate(input);
    const cancel = { invitationId: invitation.id };
    await members(hospital).cancelInvitation.mutate(cancel);
    const answer = await mutateAs(app(), hospital, 'orgAccess.members.cancelInvitation', cancel);
    expect([answer.body.result.data, await auditOf(app(), answer)]).toEqual([invitation, []]);
    const anew = await members(hospital).invite.mutate(input);
    expect(anew.id).not.toBe(invitation.id);
  });

  it('comes too late for one that was accepted', async () => {
    const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
    await letIn(app(), hospital, asha);
    const [row] = await app().sql<{ id: string }>(
      'select id from organization_invitations where email = $1',
      [asha.email],
    );
    const error = await errorOf(members(hospital).cancelInvitation.mutate({ invitationId: row?.id ?? '' }));
    expect(error).toMatchObject({ code: 'INVALID_TRANSITION', httpStatus: 409 });
  });

  it('finds the invitations of one’s own organization alone', async () => {
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const invitation = await members(bank).invite.mutate(newEmail());
    for (const invitationId of [invitation.id, NOBODY]) {
      expect(await errorOf(members(hospital).cancelInvitation.mutate({ invitationId }))).toMatchObject({
        code: 'NOT_FOUND',
        httpStatus: 404,
      });
    }
    expect(await openOf(bank)).toEqual([invitation]);
  });
});

describe('what is for owners is not for plain members, and each try is on the audit log', () => {
  it.each([
    ['invite', 'POST', { email: 'nurse@example.com' }],
    ['cancelInvitation', 'POST', { invitationId: NOBODY }],
    ['invitations', 'GET', undefined],
    ['setMembership', 'POST', { userId: NOBODY, membership: 'owner' }],
  ] as const)('orgAccess.members.%s', async (name, method, input) => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    const citizen = await app().signUp();
    for (const person of [clerk, citizen, await app().signUpAdmin()]) {
      const headers = { authorization: `Bearer ${person.accessToken}` };
      const answer = await app().call(`orgAccess.members.${name}`, { method, input, headers });
      expect([answer.status, errorData(answer).code]).toEqual([403, 'FORBIDDEN']);
      expect(await auditOf(app(), answer)).toMatchObject([
        {
          action: 'access.denied',
          actor: person.user.id,
          details: { procedure: `orgAccess.members.${name}` },
        },
      ]);
    }
  });
});

function newEmail() {
  return { email: newPerson().email };
}
