import { describe, expect, test, vi } from 'vitest';
import { useTestApp } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';
import { askWatch, countWatchers, openWatch, refusal, type Watching } from './support.ts';

const app = useTestApp({ env: { RATE_LIMITS: 'off' } });

/** An owner and a member of one organization. */
async function employ(): Promise<{ owner: Person; member: Person }> {
  const owner = await app().signUpOrganization();
  const member = await app().signUp();
  await app().sql(
    `insert into memberships (user_id, organization_id, membership, created_at) values ($1, $2, 'member', now())`,
    [member.user.id, owner.user.organization?.id],
  );
  return { owner, member };
}

const ENDINGS: [how: string, code: string, end: (person: Person) => Promise<unknown>][] = [
  ['signs out', 'UNAUTHENTICATED', ({ client }) => client.auth.signOut.mutate()],
  [
    'signs out everywhere on another device',
    'UNAUTHENTICATED',
    async ({ email }) => (await app().signIn(email)).client.auth.signOutEverywhere.mutate(),
  ],
  [
    'ends the session from another device',
    'UNAUTHENTICATED',
    async ({ email, sessionId }) =>
      (await app().signIn(email)).client.auth.endSession.mutate({ id: sessionId }),
  ],
  [
    'changes the password on another device',
    'UNAUTHENTICATED',
    async ({ email, password }) =>
      (await app().signIn(email)).client.auth.changePassword.mutate({
        currentPassword: password,
        newPassword: 'another-orbit-lantern-42',
      }),
  ],
  [
    'is disabled by an administrator',
    'UNAUTHENTICATED',
    async ({ user }) =>
      (await app().signUpAdmin()).client.admin.users.disable.mutate({ userId: user.id, reason: 'A test' }),
  ],
  [
    'has a credential that another password has replaced',
    'UNAUTHENTICATED',
    ({ user }) =>
      app().sql('update users set credential_epoch = credential_epoch + 1 where id = $1', [user.id]),
  ],
  [
    'comes to the end of the session',
    'SESSION_EXPIRED',
    ({ sessionId }) => app().sql('update sessions set expires_at = now() where public_id = $1', [sessionId]),
  ],
];

describe('a stream ends with its session: when somebody', () => {
  test.each(ENDINGS)('%s, it ends with %s', async (_how, code, end) => {
    const { member } = await employ();
    const watchings: Watching[] = ['consent.watch', 'orgAccess.watch'];
    const watches = await Promise.all(watchings.map((watching) => openWatch(app(), member, watching)));
    await end(member);
    for (const watch of watches) expect(await watch.ended()).toBe(code);
    const last = watches[0]?.all.at(-1);
    expect(last?.data).toMatchObject({
      message: expect.any(String),
      data: { code, requestId: expect.any(String) },
    });
    expect(await countWatchers(app())).toBe(0);
  });

  test('nothing that happens after the end is told', async () => {
    const asha = await app().signUp();
    const other = await app().signIn(asha.email);
    await using watch = await openWatch(app(), asha, 'consent.watch');
    await other.client.auth.endSession.mutate({ id: asha.sessionId });
    expect(await watch.ended()).toBe('UNAUTHENTICATED');
    await other.client.consent.grant.mutate({ categoryId: 1 });
    expect(watch.messages()).toEqual([]);
    const [status] = await refusal(askWatch(app(), asha, 'consent.watch', { input: { lastEventId: '0' } }));
    expect(status).toBe(401);
  });
});

describe('a stream goes on', () => {
  test('when its access token has expired', async () => {
    const asha = await app().signUp();
    await using watch = await openWatch(app(), asha, 'consent.watch');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 });
    try {
      expect((await refusal(askWatch(app(), asha, 'consent.watch')))[1].code).toBe('SESSION_EXPIRED');
      const again = await app().signIn(asha.email);
      await again.client.consent.grant.mutate({ categoryId: 1 });
      await watch.first(1);
      // Two looks at the sessions.
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      await again.client.consent.revoke.mutate({ categoryId: 1 });
      expect((await watch.first(2)).map(({ data }) => data.action)).toEqual([
        'CONSENT_GRANTED',
        'CONSENT_REVOKED',
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('when the password was changed in its own session', async () => {
    const asha = await app().signUp();
    await using watch = await openWatch(app(), asha, 'consent.watch');
    await asha.client.auth.changePassword.mutate({
      currentPassword: asha.password,
      newPassword: 'another-orbit-lantern-42',
    });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await watch.first(1);
  });

  test('when another session of the person ends', async () => {
    const asha = await app().signUp();
    await using watch = await openWatch(app(), asha, 'consent.watch');
    const other = await app().signIn(asha.email);
    await using otherWatch = await openWatch(app(), other, 'consent.watch');
    await other.client.auth.signOut.mutate();
    expect(await otherWatch.ended()).toBe('UNAUTHENTICATED');
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await watch.first(1);
  });
});

describe('orgAccess.watch ends with the membership', () => {
  test('of a member who is removed, while their own stream and the owner’s go on', async () => {
    const { owner, member } = await employ();
    await using owners = await openWatch(app(), owner, 'orgAccess.watch');
    await using own = await openWatch(app(), member, 'consent.watch');
    await using members = await openWatch(app(), member, 'orgAccess.watch');
    await owner.client.orgAccess.members.remove.mutate({ userId: member.user.id });
    expect(await members.ended()).toBe('FORBIDDEN');
    await member.client.consent.grant.mutate({ categoryId: 1 });
    await own.first(1);
    await owner.client.orgAccess.request.mutate({ userId: member.user.id, categoryId: 1, purpose: 'Care' });
    await owners.first(1);
    expect(members.messages()).toEqual([]);
  });

  test('of a member who has gone to another organization', async () => {
    const { member } = await employ();
    const bank = await app().signUpOrganization('Lotus Bank');
    await using watch = await openWatch(app(), member, 'orgAccess.watch');
    await app().sql('update memberships set organization_id = $2 where user_id = $1', [
      member.user.id,
      bank.user.organization?.id,
    ]);
    expect(await watch.ended()).toBe('FORBIDDEN');
  });
});
