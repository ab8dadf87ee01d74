import { beforeEach, describe, expect, it } from 'vitest';
import { mutateAs, useTestApp } from '../consent/support.ts';
import { endingOf } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import { newPerson, type Person } from '../support/test-app.ts';
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
const openOf = async (person: Person) => (await members(person).invitations.query()).items;

let hospital: Person;
let partner: Person;
/** The partner's second account. */
let friend: Person;
beforeEach(async () => {
  hospital = await app().signUpOrganization();
  partner = await signUpMember(app(), hospital, 'owner');
  friend = await app().signUp();
});

/** The partner's invitation of the second account, and the token of its link. */
async function inviteFriend() {
  const invitation = await members(partner).invite.mutate({ email: friend.email, membership: 'owner' });
  return { invitation, token: await giveToken(app(), invitation) };
}

async function expectNoWayIn(token: string): Promise<void> {
  expect(await errorOf(members(friend).accept.mutate({ token }))).toMatchObject({
    code: 'INVALID_INPUT',
    fields: { token: ['This link is no longer valid; ask for a new one.'] },
  });
  expect(await readMemberships(app(), hospital)).not.toHaveProperty(friend.user.id);
}

describe.each([
  ['is removed', () => hospital, 'remove', {}],
  ['leaves', () => partner, 'remove', {}],
  ['becomes a plain member', () => hospital, 'setMembership', { membership: 'member' }],
  ['becomes a plain member by their own act', () => partner, 'setMembership', { membership: 'member' }],
] as const)('the invitations of an owner who %s', (_what, actor, procedure, input) => {
  const endStanding = () =>
    mutateAs(app(), actor(), `orgAccess.members.${procedure}`, { userId: partner.user.id, ...input });

  it('let nobody in, are off the list, and each is on the log', async () => {
    const { invitation, token } = await inviteFriend();
    const other = await members(partner).invite.mutate({ email: newPerson().email });
    const answer = await endStanding();
    expect(answer.status).toBe(200);
    await expectNoWayIn(token);
    expect(await openOf(hospital)).toEqual([]);
    const lines = (await auditOf(app(), answer)).filter(({ action }) => /^member\.invitation/.test(action));
    const line = ({ id, membership }: typeof other) => ({
      action: 'member.invitation_cancelled',
      actor: actor().user.id,
      subject: organizationOf(hospital),
      details: { organizationId: organizationOf(hospital), invitationId: id, membership },
    });
    expect(lines).toHaveLength(2);
    expect(lines).toEqual(expect.arrayContaining([line(invitation), line(other)]));
  });

  it('stay worthless when that person is an owner again', async () => {
    const { token } = await inviteFriend();
    await endStanding();
    if (procedure === 'remove') await letIn(app(), hospital, partner, 'owner');
    else await members(hospital).setMembership.mutate({ userId: partner.user.id, membership: 'owner' });
    await expectNoWayIn(token);
  });

  it('leave those of others, and who has come in through them, as they are', async () => {
    const mine = await members(hospital).invite.mutate({ email: newPerson().email });
    const nurse = await signUpMember(app(), partner);
    const { token } = await inviteFriend();
    const again = await members(hospital).invite.mutate({ email: friend.email });
    await endStanding();
    expect(await openOf(hospital)).toEqual([again, mine]);
    expect(await endingOf(members(friend).accept.mutate({ token }))).toBe('ok');
    expect(await readMemberships(app(), hospital)).toHaveProperty(nurse.user.id);
  });
});

describe.each([
  ['is removed', () => hospital],
  ['leaves', () => partner],
] as const)('an invitation of an address that became the own of a member who %s', (_what, actor) => {
  it('does not let them back in', async () => {
    const email = newPerson().email;
    const invitation = await members(hospital).invite.mutate({ email, membership: 'owner' });
    const elsewhere = await app().signUpOrganization('Bank');
    await members(elsewhere).invite.mutate({ email });
    const token = await giveToken(app(), invitation);
    await app().sql('update users set email = $2 where id = $1', [partner.user.id, email]);
    const answer = await mutateAs(app(), actor(), 'orgAccess.members.remove', { userId: partner.user.id });
    expect((await auditOf(app(), answer)).at(-1)).toEqual({
      action: 'member.invitation_cancelled',
      actor: actor().user.id,
      subject: organizationOf(hospital),
      details: {
        organizationId: organizationOf(hospital),
        invitationId: invitation.id,
        membership: 'owner',
      },
    });
    expect(await endingOf(members(partner).accept.mutate({ token }))).toBe('INVALID_INPUT');
    expect(await openOf(elsewhere)).toMatchObject([{ email }]);
  });
});

describe('an invitation', () => {
  it('lets nobody in while its sender is disabled', async () => {
    const admin = await app().signUpAdmin();
    const { token } = await inviteFriend();
    await admin.client.admin.users.disable.mutate({ userId: partner.user.id, reason: 'Taken over' });
    await expectNoWayIn(token);
    await members(hospital).invite.mutate({ email: friend.email });
    expect(await endingOf(members(friend).accept.mutate({ token }))).toBe('ok');
  });

  it('lets nobody in either when its sender is enabled again', async () => {
    const admin = await app().signUpAdmin();
    const { token } = await inviteFriend();
    const input = { userId: partner.user.id, reason: 'Taken over' };
    await admin.client.admin.users.disable.mutate(input);
    await admin.client.admin.users.enable.mutate(input);
    await expectNoWayIn(token);
    expect(await openOf(hospital)).toEqual([]);
  });

  it.each([
    ['is gone', 'update organization_invitations set invited_by = null where invited_by = $1'],
    ['is a plain member', `update memberships set membership = 'member' where user_id = $1`],
    ['is a member no more', 'delete from memberships where user_id = $1'],
    [
      'is an owner elsewhere',
      `update memberships set organization_id =
         (select id from organizations where name = 'Elsewhere' limit 1) where user_id = $1`,
    ],
  ])('lets nobody in whose sender %s, however that came about', async (_what, statement) => {
    await app().signUpOrganization('Elsewhere');
    const { token } = await inviteFriend();
    await app().sql(statement, [partner.user.id]);
    await expectNoWayIn(token);
  });

  it('stays open when its sender stays an owner', async () => {
    const { invitation } = await inviteFriend();
    await members(hospital).setMembership.mutate({ userId: partner.user.id, membership: 'owner' });
    await members(hospital).remove.mutate({ userId: hospital.user.id });
    const last = { userId: partner.user.id };
    expect(await endingOf(members(partner).remove.mutate(last))).toBe('LAST_OWNER');
    const demotion = members(partner).setMembership.mutate({ ...last, membership: 'member' });
    expect(await endingOf(demotion)).toBe('LAST_OWNER');
    expect(await openOf(partner)).toEqual([invitation]);
  });
});
