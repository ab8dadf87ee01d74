import { describe, expect, test } from 'vitest';
import { bearer, grantAndAsk, mutateAs, NOBODY, readActions, useTestApp, wish } from '../consent/support.ts';
import { errorOf } from '../support/errors.ts';

const app = useTestApp();

const PROCEDURES = {
  request: { method: 'POST', input: { userId: NOBODY, categoryId: 1, purpose: 'x' } },
  decide: { method: 'POST', input: { requestId: NOBODY, decision: 'approve' } },
  toggle: { method: 'POST', input: { requestId: NOBODY } },
  incoming: { method: 'GET', input: undefined },
  outgoing: { method: 'GET', input: undefined },
  organization: { method: 'GET', input: undefined },
} as const;

describe.each(Object.entries(PROCEDURES))('orgAccess.%s', (name, call) => {
  test('answers nobody with UNAUTHENTICATED', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer nobody' },
      { authorization: `Bearer ${'0'.repeat(40)}` },
    ]) {
      const answer = await app().call(`orgAccess.${name}`, { ...call, headers });
      expect(answer.status).toBe(401);
      expect(answer.body.error.data.code).toBe('UNAUTHENTICATED');
    }
  });
});

describe.each(['request', 'outgoing', 'organization'] as const)('orgAccess.%s', (name) => {
  test('answers a person without a membership with FORBIDDEN, whatever the role, and writes it down', async () => {
    const citizen = await app().signUp();
    const admin = await app().signUpAdmin();
    for (const person of [citizen, admin]) {
      const answer = await app().call(`orgAccess.${name}`, { ...PROCEDURES[name], headers: bearer(person) });
      expect(answer.status).toBe(403);
      expect(answer.body.error.data.code).toBe('FORBIDDEN');
      const events = await app().sql('select details from audit_events where action = $1 and actor_id = $2', [
        'access.denied',
        person.user.id,
      ]);
      expect(events).toEqual([{ details: { procedure: `orgAccess.${name}` } }]);
    }
  });

  test('a membership counts, not the role, and ends with the next request', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await app().sql("insert into memberships values ($1, $2, 'member', now())", [
      asha.user.id,
      hospital.user.organization?.id,
    ]);
    const call = { ...PROCEDURES[name], headers: bearer(asha) };
    expect((await app().call(`orgAccess.${name}`, call)).status).not.toBe(403);
    await app().sql('delete from memberships where user_id = $1', [asha.user.id]);
    expect((await app().call(`orgAccess.${name}`, call)).status).toBe(403);
  });
});

describe('orgAccess.decide and orgAccess.toggle', () => {
  test('another person’s request answers like one that does not exist, and stays as it is', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    const { id } = await grantAndAsk(asha, hospital);
    const actions = await readActions(asha);
    for (const stranger of [ravi, hospital]) {
      for (const decision of ['approve', 'deny', 'pause', 'resume', 'revoke']) {
        const own = await mutateAs(app(), stranger, 'orgAccess.decide', { requestId: id, decision });
        const none = await mutateAs(app(), stranger, 'orgAccess.decide', { requestId: NOBODY, decision });
        expect(own.status).toBe(404);
        expect(withoutRequestId(own.body)).toEqual(withoutRequestId(none.body));
      }
      const toggled = await errorOf(stranger.client.orgAccess.toggle.mutate({ requestId: id }));
      expect(toggled).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
    }
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ id, status: 'PENDING' }]);
    expect(await readActions(asha)).toEqual(actions);
  });

  test('a member who is the person decides as the person, about their own data', async () => {
    const hospital = await app().signUpOrganization();
    const { id } = await grantAndAsk(hospital, hospital);
    const decided = await hospital.client.orgAccess.decide.mutate({ requestId: id, decision: 'approve' });
    expect(decided).toMatchObject({ status: 'APPROVED', user: { id: hospital.user.id } });
  });

  test('a disabled person decides nothing from the next request', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await grantAndAsk(asha, hospital);
    await app().sql('update users set disabled_at = now() where id = $1', [asha.user.id]);
    const error = await errorOf(asha.client.orgAccess.decide.mutate({ requestId: id, decision: 'approve' }));
    expect(error.httpStatus).toBe(401);
    const { items } = await hospital.client.orgAccess.outgoing.query();
    expect(items).toMatchObject([{ status: 'PENDING' }]);
  });
});

describe('orgAccess.incoming and orgAccess.outgoing', () => {
  test('show each side its own requests and nobody else’s', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    const [hospital, bank] = [await app().signUpOrganization(), await app().signUpOrganization('Bank')];
    const one = await grantAndAsk(asha, hospital);
    const two = await grantAndAsk(asha, bank, { categoryId: 2 });
    const three = await grantAndAsk(ravi, bank);
    const ids = ({ items }: { items: { id: string }[] }) => items.map((request) => request.id);
    expect(ids(await asha.client.orgAccess.incoming.query())).toEqual([two.id, one.id]);
    expect(ids(await ravi.client.orgAccess.incoming.query())).toEqual([three.id]);
    expect(ids(await hospital.client.orgAccess.outgoing.query())).toEqual([one.id]);
    expect(ids(await bank.client.orgAccess.outgoing.query())).toEqual([three.id, two.id]);
    expect(ids(await bank.client.orgAccess.incoming.query())).toEqual([]);
  });
});

describe('orgAccess.organization', () => {
  test('tells a member about their own organization', async () => {
    const hospital = await app().signUpOrganization('City Hospital');
    expect(await hospital.client.orgAccess.organization.query()).toEqual({
      id: hospital.user.organization?.id,
      name: 'City Hospital',
      website: null,
      address: null,
      verified: false,
      createdAt: expect.any(String),
      membership: 'owner',
    });
  });
});

test('what an organization asked is not lost when the account that asked is gone', async () => {
  const [asha, hospital, clerk] = [
    await app().signUp(),
    await app().signUpOrganization(),
    await app().signUp(),
  ];
  await app().sql("insert into memberships values ($1, $2, 'member', now())", [
    clerk.user.id,
    hospital.user.organization?.id,
  ]);
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  const request = await clerk.client.orgAccess.request.mutate(wish(asha));
  await app().sql('delete from users where id = $1', [clerk.user.id]);
  expect((await asha.client.orgAccess.incoming.query()).items).toEqual([request]);
});

function withoutRequestId(body: { error: { data: object } }): unknown {
  return { ...body.error, data: { ...body.error.data, requestId: '' } };
}
