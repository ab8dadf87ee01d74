import { describe, expect, test } from 'vitest';
import { readActions, useTestApp, wish } from '../consent/support.ts';
import { errorData } from '../support/calls.ts';
import { callWithKey, keptUnder } from './support.ts';

const app = useTestApp();

describe('a mutation under a key', () => {
  test('happens once, and answers the same both times', async () => {
    const asha = await app().signUp();
    const first = await callWithKey(app(), asha, 'once', ['consent.toggle', { categoryId: 1 }]);
    const second = await callWithKey(app(), asha, 'once', ['consent.toggle', { categoryId: 1 }]);
    expect(first).toMatchObject({ status: 200, body: { result: { data: { granted: true } } } });
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('answers as it did then, whatever happened since', async () => {
    const asha = await app().signUp();
    const call = ['consent.grant', { categoryId: 1 }] as [string, unknown];
    const first = await callWithKey(app(), asha, 'then', call);
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    expect((await callWithKey(app(), asha, 'then', call)).body).toEqual(first.body);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test('happens again under another key, and without one', async () => {
    const asha = await app().signUp();
    const toggle = (key: string) => callWithKey(app(), asha, key, ['consent.toggle', { categoryId: 1 }]);
    const answers = [await toggle('a'), await toggle('b')];
    await asha.client.consent.toggle.mutate({ categoryId: 1 });
    expect([(await toggle('a')).body, (await toggle('b')).body]).toEqual(answers.map(({ body }) => body));
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED', 'CONSENT_GRANTED']);
  });

  test('is the same call when its input’s properties come in another order', async () => {
    const asha = await app().signUp();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await callWithKey(app(), asha, 'order', ['consent.grant', { categoryId: 1, expiresAt }]);
    const answer = await callWithKey(app(), asha, 'order', ['consent.grant', { expiresAt, categoryId: 1 }]);
    expect(answer.status).toBe(200);
    expect(await readActions(asha)).toHaveLength(1);
  });

  test.each([
    ['another input', { categoryId: 2 }],
    ['an input that would be refused', { categoryId: 'x' }],
    ['no input', undefined],
  ])('is in conflict with %s, which changes nothing', async (_, input) => {
    const asha = await app().signUp();
    await callWithKey(app(), asha, 'other', ['consent.grant', { categoryId: 1 }]);
    const answer = await callWithKey(app(), asha, 'other', ['consent.grant', input]);
    expect([answer.status, errorData(answer).code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
    // And the first input still has its answer.
    expect((await callWithKey(app(), asha, 'other', ['consent.grant', { categoryId: 1 }])).status).toBe(200);
  });

  test('needs no input: to have none is one, and to send null another', async () => {
    const asha = await app().signUp();
    const first = await callWithKey(app(), asha, 'none', ['profile.removeAvatar']);
    expect((await callWithKey(app(), asha, 'none', ['profile.removeAvatar'])).body).toEqual(first.body);
    const answer = await callWithKey(app(), asha, 'none', ['profile.removeAvatar', null]);
    expect(errorData(answer).code).toBe('IDEMPOTENCY_CONFLICT');
  });

  test('is not charged to a limit again', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const call = ['orgAccess.request', wish(asha)] as [string, unknown];
    const first = await callWithKey(app(), hospital, 'charged', call);
    const second = await callWithKey(app(), hospital, 'charged', call);
    expect(second.body).toEqual(first.body);
    expect(first.headers.get('ratelimit')).not.toBeNull();
    expect(second.headers.get('ratelimit')).toBeNull();
  });

  test('tells nothing that the first answer did not', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const call = ['orgAccess.request', wish(asha)] as [string, unknown];
    await callWithKey(app(), hospital, 'fields', call);
    const [kept] = await keptUnder(app(), 'fields');
    expect(kept?.outcome).toHaveProperty('result.number');
    expect((await callWithKey(app(), hospital, 'fields', call)).body.result.data).not.toHaveProperty(
      'number',
    );
  });
});

describe('a refusal under a key', () => {
  test('stays, although the same call would be accepted by now', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const call = ['orgAccess.request', wish(asha)] as [string, unknown];
    const first = await callWithKey(app(), hospital, 'refused', call);
    expect(errorData(first).code).toBe('CONSENT_NOT_GRANTED');
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const second = await callWithKey(app(), hospital, 'refused', call);
    expect(second.status).toBe(400);
    expect(second.body.error).toEqual({
      ...first.body.error,
      data: { ...first.body.error.data, requestId: second.headers.get('x-request-id') },
    });
    expect((await callWithKey(app(), hospital, 'another', call)).status).toBe(200);
  });

  test('stays with its sentence and its fields', async () => {
    const asha = await app().signUp();
    const call = ['consent.grant', { categoryId: 1, expiresAt: '2020-01-01T00:00:00Z' }] as [string, unknown];
    for (const _ of [1, 2]) {
      expect(errorData(await callWithKey(app(), asha, 'past', call))).toMatchObject({
        code: 'INVALID_INPUT',
        fields: { expiresAt: ['The end must be in the future.'] },
      });
    }
    expect(await keptUnder(app(), 'past')).toHaveLength(1);
  });

  test('leaves nothing of its transaction', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp({ username: 'ravi.the.first' })];
    // Refused by the database, after which a transaction takes no statement.
    const call = ['profile.update', { username: ravi.user.username, bio: 'Hello.' }] as [string, unknown];
    const answers = [
      await callWithKey(app(), asha, 'taken', call),
      await callWithKey(app(), asha, 'taken', call),
    ];
    expect(await keptUnder(app(), 'taken')).toHaveLength(1);
    for (const answer of answers) {
      expect(errorData(answer)).toMatchObject({ code: 'USERNAME_TAKEN', httpStatus: 409 });
    }
    expect((await asha.client.profile.get.query()).bio).toBeNull();
  });

  test('is written to the audit log once when it is a denial', async () => {
    const admin = await app().signUpAdmin();
    const call = ['admin.users.disable', { userId: admin.user.id, reason: 'Test' }] as [string, unknown];
    for (const _ of [1, 2]) {
      const answer = await callWithKey(app(), admin, 'denied', call);
      expect(answer.body.error.message).toBe('Ask another administrator to change your own account.');
    }
    const denials = await app().sql(
      `select from audit_events where actor_id = $1 and action = 'access.denied'`,
      [admin.user.id],
    );
    expect(denials).toHaveLength(1);
  });

  test('by a limit is not kept', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await hospital.client.orgAccess.request.mutate(wish(asha));
    await app().sql('update rate_limits set points = 1000');
    const call = ['orgAccess.request', wish(asha)] as [string, unknown];
    expect((await callWithKey(app(), hospital, 'limited', call)).status).toBe(429);
    await app().sql('delete from rate_limits');
    expect((await callWithKey(app(), hospital, 'limited', call)).status).toBe(200);
  });

  test('by a guard or of the input is judged anew', async () => {
    const [asha, admin] = [await app().signUp(), await app().signUpAdmin()];
    const call = ['orgAccess.members.cancelInvitation', { invitationId: asha.user.id }] as [string, unknown];
    expect(errorData(await callWithKey(app(), asha, 'guard', call)).code).toBe('FORBIDDEN');
    await callWithKey(app(), admin, 'guard', ['admin.users.disable', { userId: 'x' }]);
    expect(await keptUnder(app(), 'guard')).toEqual([]);
  });
});

describe('a failure under a key', () => {
  test('is not kept: the call is made anew', async () => {
    const asha = await app().signUp();
    await app().sql(
      `create function fail() returns trigger language plpgsql as $$ begin raise 'broken'; end $$`,
    );
    await app().sql(
      'create trigger fail before insert on ledger_entries for each row execute function fail()',
    );
    const call = ['consent.grant', { categoryId: 1 }] as [string, unknown];
    expect((await callWithKey(app(), asha, 'broken', call)).status).toBe(500);
    expect(await keptUnder(app(), 'broken')).toEqual([]);
    await app().sql('drop function fail cascade');
    expect((await callWithKey(app(), asha, 'broken', call)).status).toBe(200);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });
});
