import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, countDeadlocks, useTestApp } from '../consent/support.ts';
import { endingOf } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import {
  endingBehindLock,
  giveToken,
  organizationOf,
  readMemberships,
  signUpMember,
} from './members-support.ts';

const app = useTestApp();
let second: TestApp;
beforeAll(async () => {
  second = await startTestApp({ database: app().database });
});
// Losing a race counts as a wrong token.
beforeEach(() => app().sql('delete from rate_limits'));
afterAll(() => second[Symbol.asyncDispose]());

const here = (person: Person) => person.client.orgAccess.members;
const there = (person: Person) => second.client(bearer(person)).orgAccess.members;

const ORGANIZATION = 'select from organizations where id = $1 for update';
const INVITATION = 'select from organization_invitations where id = $1 for update';

/** Two owners, and the second one's open invitation of somebody. */
async function setUp() {
  const hospital = await app().signUpOrganization();
  const partner = await signUpMember(app(), hospital, 'owner');
  const friend = await app().signUp();
  const invitation = await here(partner).invite.mutate({ email: friend.email, membership: 'owner' });
  return { hospital, partner, friend, invitation, token: await giveToken(app(), invitation) };
}

async function readEnd(invitationId: string) {
  const rows = await app().sql<{ accepted: boolean; cancelled: boolean }>(
    `select accepted_at is not null as accepted, cancelled_at is not null as cancelled
       from organization_invitations where id = $1`,
    [invitationId],
  );
  return rows[0];
}

it.each(['remove', 'demote'])('accepting races the act to %s the sender on two instances', async (act) => {
  for (let round = 0; round < 10; round += 1) {
    const { hospital, partner, friend, invitation, token } = await setUp();
    const accept = () => endingOf(here(friend).accept.mutate({ token }));
    const userId = partner.user.id;
    const end = () =>
      endingOf(
        act === 'remove'
          ? there(hospital).remove.mutate({ userId })
          : there(hospital).setMembership.mutate({ userId, membership: 'member' }),
      );
    const [first, last] = round % 2 === 0 ? [accept, end] : [end, accept];
    const both = await Promise.all([first(), last()]);
    const [accepted, ended] = round % 2 === 0 ? both : both.reverse();
    expect(ended).toBe('ok');
    // Either came first, and nothing in between.
    const isIn = friend.user.id in (await readMemberships(app(), hospital));
    expect(accepted).toBe(isIn ? 'ok' : 'INVALID_INPUT');
    expect(await readEnd(invitation.id)).toEqual({ accepted: isIn, cancelled: !isIn });
  }
  expect(await countDeadlocks(app())).toBe(0);
});

describe('somebody who accepts, and waits while', () => {
  it.each([
    ['the sender is removed', 'delete from memberships where user_id = $1'],
    ['the sender becomes a plain member', `update memberships set membership = 'member' where user_id = $1`],
    ['the sender is disabled', 'update users set disabled_at = now() where id = $1'],
  ])('%s, is not let in', async (_what, change) => {
    const { hospital, partner, friend, token } = await setUp();
    const ending = await endingBehindLock(app(), second, {
      lock: [ORGANIZATION, organizationOf(hospital)],
      call: () => here(friend).accept.mutate({ token }),
      change: [change, partner.user.id],
    });
    expect(ending).toBe('INVALID_INPUT');
    expect(await readMemberships(app(), hospital)).not.toHaveProperty(friend.user.id);
  });

  it('their own account is disabled, is not let in', async () => {
    const { hospital, friend, token } = await setUp();
    const ending = await endingBehindLock(app(), second, {
      lock: [ORGANIZATION, organizationOf(hospital)],
      call: () => here(friend).accept.mutate({ token }),
      change: ['update users set disabled_at = now() where id = $1', friend.user.id],
    });
    expect(ending).toBe('FORBIDDEN');
    expect(await readMemberships(app(), hospital)).not.toHaveProperty(friend.user.id);
  });

  it.each([
    ['cancelled', 'update organization_invitations set cancelled_at = now() where id = $1'],
    ['deleted', 'delete from organization_invitations where id = $1'],
  ])('the invitation is %s, is not let in', async (_what, change) => {
    const { hospital, friend, invitation, token } = await setUp();
    const ending = await endingBehindLock(app(), second, {
      lock: [INVITATION, invitation.id],
      call: () => here(friend).accept.mutate({ token }),
      change: [change, invitation.id],
    });
    expect(ending).toBe('INVALID_INPUT');
    expect(await readMemberships(app(), hospital)).not.toHaveProperty(friend.user.id);
  });
});

describe('an owner who invites an address, and waits while its invitation is', () => {
  it.each([
    ['cancelled', 'update organization_invitations set cancelled_at = now() where id = $1'],
    ['deleted', 'delete from organization_invitations where id = $1'],
  ])('%s, opens another', async (_what, change) => {
    const { hospital, friend, invitation } = await setUp();
    const ending = await endingBehindLock(app(), second, {
      lock: [INVITATION, invitation.id],
      call: () => here(hospital).invite.mutate({ email: friend.email }),
      change: [change, invitation.id],
    });
    expect(ending).toBe('ok');
    const { items } = await here(hospital).invitations.query();
    expect(items).toMatchObject([{ email: friend.email, membership: 'member' }]);
    expect(items[0]?.id).not.toBe(invitation.id);
  });
});
