import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, countDeadlocks, useTestApp } from '../consent/support.ts';
import { endingOf } from '../support/calls.ts';
import { newPerson, type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import {
  endingBehindLock,
  giveToken,
  letIn,
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

const ROUNDS = 10;

/** Somebody's procedures for members, on the one instance and on the other. */
const here = (person: Person) => person.client.orgAccess.members;
const there = (person: Person) => second.client(bearer(person)).orgAccess.members;

/** How calls end that are started at once, the first one first in every other round. */
async function race(round: number, calls: (() => Promise<unknown>)[]): Promise<string[]> {
  const order = [...calls.keys()];
  const endings: Promise<string>[] = [];
  for (const index of round % 2 === 0 ? order : order.reverse()) {
    endings[index] = endingOf(calls[index]?.() ?? Promise.reject(new Error('no such call')));
  }
  return Promise.all(endings);
}

it.each([
  ['leave', (_me: Person, _other: Person) => 'leave' as const],
  ['remove each other', () => 'remove' as const],
  ['demote each other', () => 'demote' as const],
  ['leave and remove', (me: Person, other: Person) => (me.email < other.email ? 'leave' : 'remove')],
])('an owner stays when two owners %s at once on two instances', async (_name, chooseAct) => {
  const hospital = await app().signUpOrganization();
  let partner = await signUpMember(app(), hospital, 'owner');
  let owner = hospital;
  for (let round = 0; round < ROUNDS; round += 1) {
    const act = (members: typeof here, me: Person, other: Person) => () => {
      const what = chooseAct(me, other);
      if (what === 'leave') return members(me).remove.mutate({ userId: me.user.id });
      if (what === 'remove') return members(me).remove.mutate({ userId: other.user.id });
      return members(me).setMembership.mutate({ userId: other.user.id, membership: 'member' });
    };
    const endings = await race(round, [act(here, owner, partner), act(there, partner, owner)]);
    expect(endings.filter((ending) => ending === 'ok').length).toBeGreaterThan(0);
    for (const ending of endings) expect(['ok', 'LAST_OWNER', 'FORBIDDEN', 'NOT_FOUND']).toContain(ending);
    const left = Object.entries(await readMemberships(app(), hospital));
    const owners = left.filter(([, membership]) => membership === 'owner');
    expect(owners).toHaveLength(1);
    const stayed = owners[0]?.[0] === owner.user.id ? owner : partner;
    const other = stayed === owner ? partner : owner;
    await restore(stayed, other, left.length);
    [owner, partner] = [stayed, other];
  }

  async function restore(stayed: Person, other: Person, people: number): Promise<void> {
    // One address is not invited more than ten times an hour.
    await app().sql('delete from rate_limits');
    if (people === 1) await letIn(app(), stayed, other, 'owner');
    else await here(stayed).setMembership.mutate({ userId: other.user.id, membership: 'owner' });
  }
});

it('a token that is used twenty times at once makes one membership', async () => {
  const [hospital, asha] = [await app().signUpOrganization(), await app().signUp()];
  const { email } = asha;
  const token = await giveToken(app(), await here(hospital).invite.mutate({ email }));
  const calls = Array.from({ length: 20 }, (_, index) =>
    endingOf((index % 2 === 0 ? here : there)(asha).accept.mutate({ token })),
  );
  const endings = await Promise.all(calls);
  expect(endings.filter((ending) => ending === 'ok')).toHaveLength(1);
  expect(endings.filter((ending) => ending === 'INVALID_INPUT')).toHaveLength(19);
  const rows = await app().sql(
    `select 1 from audit_events where action in ('member.joined', 'user.email_verified') and subject_id = $1`,
    [asha.user.id],
  );
  expect(rows).toHaveLength(2);
});

it('somebody who accepts two organizations at once belongs to one', async () => {
  const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
  for (let round = 0; round < ROUNDS; round += 1) {
    const asha = await app().signUp();
    const [one, two] = [await invite(hospital, asha), await invite(bank, asha)];
    const endings = await race(round, [
      () => here(asha).accept.mutate({ token: one }),
      () => there(asha).accept.mutate({ token: two }),
    ]);
    expect(endings.sort()).toEqual(['ALREADY_MEMBER', 'ok']);
  }
});

it('an invitation that is accepted and cancelled at once is one of the two', async () => {
  const hospital = await app().signUpOrganization();
  for (let round = 0; round < ROUNDS; round += 1) {
    const asha = await app().signUp();
    const invitation = await here(hospital).invite.mutate({ email: asha.email });
    const token = await giveToken(app(), invitation);
    const endings = await race(round, [
      () => here(asha).accept.mutate({ token }),
      () => there(hospital).cancelInvitation.mutate({ invitationId: invitation.id }),
    ]);
    const isMember = asha.user.id in (await readMemberships(app(), hospital));
    expect(endings).toEqual(isMember ? ['ok', 'INVALID_TRANSITION'] : ['INVALID_INPUT', 'ok']);
  }
});

it('an address that is invited ten times at once has one invitation', async () => {
  const hospital = await app().signUpOrganization();
  const { email } = newPerson();
  const invitations = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      (index % 2 === 0 ? here : there)(hospital).invite.mutate({ email }),
    ),
  );
  expect(new Set(invitations.map(({ id }) => id)).size).toBe(1);
  const rows = await app().sql('select id from organization_invitations where email = $1', [email]);
  expect(rows).toEqual([{ id: invitations[0]?.id }]);
});

it('an account that leaves while it is made an ORGANIZATION does not end as one without a membership', async () => {
  const [hospital, admin] = [await app().signUpOrganization(), await app().signUpAdmin()];
  const setRole = second.client(bearer(admin)).admin.users.setRole;
  for (let round = 0; round < ROUNDS; round += 1) {
    const clerk = await signUpMember(app(), hospital);
    const userId = clerk.user.id;
    const [left, made] = await race(round, [
      () => here(clerk).remove.mutate({ userId }),
      () => setRole.mutate({ userId, role: 'ORGANIZATION', reason: 'Asked to' }),
    ]);
    expect(left).toBe('ok');
    expect(['ok', 'INVALID_INPUT']).toContain(made);
    expect((await clerk.client.auth.me.query()).user).toMatchObject({ role: 'CITIZEN', organization: null });
  }
});

it('everything about one organization at once comes to no deadlock and no failure', async () => {
  const [hospital, admin] = [await app().signUpOrganization(), await app().signUpAdmin()];
  const partner = await signUpMember(app(), hospital, 'owner');
  const verify = second.client(bearer(admin)).admin.organizations.verify;
  for (let round = 0; round < 5; round += 1) {
    const [asha, clerk] = [await app().signUp(), await signUpMember(app(), hospital)];
    const token = await invite(hospital, asha);
    const endings = await race(round, [
      () => here(asha).accept.mutate({ token }),
      () => there(partner).remove.mutate({ userId: clerk.user.id }),
      () => here(hospital).remove.mutate({ userId: clerk.user.id }),
      () => there(hospital).setMembership.mutate({ userId: clerk.user.id, membership: 'owner' }),
      () => here(partner).invite.mutate({ email: newPerson().email }),
      () => there(hospital).invite.mutate({ email: asha.email }),
      () =>
        verify.mutate({ organizationId: organizationOf(hospital), verified: round % 2 === 0, reason: 'x' }),
    ]);
    const expected = ['ok', 'NOT_FOUND', 'ALREADY_MEMBER'];
    expect(endings.filter((ending) => !expected.includes(ending))).toEqual([]);
  }
  expect(await countDeadlocks(app())).toBe(0);
});

describe('an owner whose call waits while they', () => {
  const ACTS = {
    remove: (owner: Person, clerk: Person) => here(owner).remove.mutate({ userId: clerk.user.id }),
    setMembership: (owner: Person, clerk: Person) =>
      here(owner).setMembership.mutate({ userId: clerk.user.id, membership: 'owner' }),
    invite: (owner: Person) => here(owner).invite.mutate({ email: newPerson().email }),
  };

  it.each([
    ['become a plain member', `update memberships set membership = 'member' where user_id = $1`],
    ['are removed', 'delete from memberships where user_id = $1'],
    ['are disabled', 'update users set disabled_at = now() where id = $1'],
  ])('%s acts for the organization no more', async (_name, change) => {
    for (const act of Object.values(ACTS)) {
      const hospital = await app().signUpOrganization();
      const [partner, clerk] = [
        await signUpMember(app(), hospital, 'owner'),
        await signUpMember(app(), hospital),
      ];
      const ending = await endingBehindLock(app(), second, {
        lock: ['select from organizations where id = $1 for update', organizationOf(hospital)],
        call: () => act(partner, clerk),
        change: [change, partner.user.id],
      });
      expect(ending).toBe('FORBIDDEN');
      expect(await readMemberships(app(), hospital)).toMatchObject({ [clerk.user.id]: 'member' });
    }
  });

  it('leave from somewhere else has left once', async () => {
    const hospital = await app().signUpOrganization();
    const clerk = await signUpMember(app(), hospital);
    const { id: userId } = clerk.user;
    const ending = await endingBehindLock(app(), second, {
      lock: ['select from organizations where id = $1 for update', organizationOf(hospital)],
      call: () => here(clerk).remove.mutate({ userId }),
      change: ['delete from memberships where user_id = $1', userId],
    });
    expect(ending).toBe('FORBIDDEN');
    const rows = await app().sql(
      `select 1 from audit_events where action = 'member.removed' and subject_id = $1`,
      [userId],
    );
    expect(rows).toEqual([]);
  });
});

async function invite(owner: Person, person: Person): Promise<string> {
  return giveToken(app(), await here(owner).invite.mutate({ email: person.email }));
}
