import { beforeAll, describe, expect, test } from 'vitest';
import { grantAndAsk, readActions, readLedger, useTestApp, wish } from '../consent/support.ts';
import { auditOf, organizationOf } from '../org-access/members-support.ts';
import { approve } from '../release/support.ts';
import { type Person, startTestApp } from '../support/test-app.ts';
import { createKey, endingOf } from './support.ts';

const app = useTestApp();
let hospital: Person;
beforeAll(async () => {
  hospital = await app().signUpOrganization();
});

/** Everything that a key can be good for, with the scope that it takes. */
const CALLS = {
  'orgAccess.request': 'request',
  'orgAccess.requestMany': 'request',
  'orgAccess.read': 'read',
  'orgAccess.readMany': 'read',
  'orgAccess.outgoing': 'list',
  'orgAccess.receipt': 'list',
  'orgAccess.organization': 'list',
} as const;

async function inputsOf(person: Person) {
  const { id: requestId } = await approve(person, hospital);
  return {
    'orgAccess.request': wish(person),
    'orgAccess.requestMany': { requests: [wish(person)] },
    'orgAccess.read': { requestId },
    'orgAccess.readMany': { requestIds: [requestId] },
    'orgAccess.outgoing': {},
    'orgAccess.receipt': { requestId },
    'orgAccess.organization': {},
  };
}

describe('a key does what its scopes say, and nothing else', () => {
  test.each(['read', 'request', 'list'] as const)('%s', async (scope) => {
    const inputs = await inputsOf(await app().signUp());
    const { key, call } = await createKey(app(), hospital, { scopes: [scope] });
    for (const [procedure, needed] of Object.entries(CALLS)) {
      const answer = await call(procedure, inputs[procedure as keyof typeof CALLS]);
      expect([procedure, endingOf(answer)]).toEqual([procedure, needed === scope ? 'ok' : 'FORBIDDEN']);
      if (needed === scope) continue;
      expect(answer.body.error.message).toBe(`This API key does not have the scope "${needed}".`);
      expect(await auditOf(app(), answer)).toEqual([
        { action: 'access.denied', actor: null, subject: null, details: { procedure, apiKeyId: key.id } },
      ]);
    }
  });
});

describe('what a key does, its organization does', () => {
  test('asks, and is given the request that is open', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const { client } = await createKey(app(), hospital, { scopes: ['request'] });
    const asked = await client.orgAccess.request.mutate(wish(asha));
    expect(asked).toMatchObject({ status: 'PENDING', organization: { id: organizationOf(hospital) } });
    expect(await hospital.client.orgAccess.request.mutate(wish(asha))).toEqual(asked);
    const [row] = await app().sql('select requested_by from access_requests where id = $1', [asked.id]);
    expect(row).toEqual({ requested_by: null });
    expect((await readLedger(asha)).at(-1)).toMatchObject({
      action: 'ACCESS_REQUESTED',
      actor: { kind: 'organization', id: organizationOf(hospital) },
    });
  });

  test('reads what its organization may read, and is written down as the organization', async () => {
    const asha = await app().signUp();
    const { id: requestId } = await approve(asha, hospital);
    const { client } = await createKey(app(), hospital, { scopes: ['read'] });
    const { data } = await client.orgAccess.read.mutate({ requestId });
    expect(data).toMatchObject({ firstName: 'Asha' });
    expect((await readLedger(asha)).at(-1)).toMatchObject({
      action: 'ACCESS_READ',
      actor: { kind: 'organization', id: organizationOf(hospital) },
    });
  });

  test('sees and reads no other organization’s requests', async () => {
    const [asha, bank] = [await app().signUp(), await app().signUpOrganization('Bank')];
    const { id: requestId } = await approve(asha, hospital);
    const actions = await readActions(asha);
    const { client, call } = await createKey(app(), bank);
    expect(endingOf(await call('orgAccess.read', { requestId }))).toBe('NOT_FOUND');
    const { items } = await client.orgAccess.readMany.mutate({ requestIds: [requestId] });
    expect(items).toMatchObject([{ data: null, error: { code: 'NOT_FOUND' } }]);
    expect((await client.orgAccess.outgoing.query()).items).toEqual([]);
    expect(await readActions(asha)).toEqual(actions);
  });

  test('shares the organization’s limits', async () => {
    const [asha, bank] = [await app().signUp(), await app().signUpOrganization('Bank')];
    const [one, other] = [await createKey(app(), bank), await createKey(app(), bank)];
    const remaining = async ({ call }: typeof one) => {
      const answer = await call('orgAccess.request', wish(asha));
      return /access_request_person";r=(\d+)/.exec(answer.headers.get('ratelimit') ?? '')?.[1];
    };
    const [first, second] = [await remaining(one), await remaining(other)];
    expect(Number(second)).toBe(Number(first) - 1);
  });

  test('needs no verified address: the rule is for members', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const { headers } = await createKey(app(), hospital);
    await using strict = await startTestApp({
      database: app().database,
      env: { REQUIRE_VERIFIED_EMAIL: 'true' },
    });
    const ask = (authorization: string) =>
      strict.call('orgAccess.request', { input: wish(asha), headers: { authorization } });
    expect(endingOf(await ask(`Bearer ${hospital.accessToken}`))).toBe('EMAIL_NOT_VERIFIED');
    expect(endingOf(await ask(headers.authorization))).toBe('ok');
  });
});

describe('a key for some categories', () => {
  test('asks for those alone', async () => {
    const asha = await app().signUp();
    for (const categoryId of [1, 2]) await asha.client.consent.grant.mutate({ categoryId });
    const { key, client, call } = await createKey(app(), hospital, { categoryIds: [2, 3] });
    expect((await client.orgAccess.request.mutate(wish(asha, { categoryId: 2 }))).status).toBe('PENDING');
    const actions = await readActions(asha);
    const refused = await call('orgAccess.request', wish(asha));
    expect([refused.status, refused.body.error.message]).toEqual([
      403,
      'This API key is not for category 1.',
    ]);
    expect(await auditOf(app(), refused)).toMatchObject([
      { action: 'access.denied', actor: null, details: { procedure: 'orgAccess.request', apiKeyId: key.id } },
    ]);
    // The same for what nobody can ask for: the refusal tells nothing about the person.
    expect(endingOf(await call('orgAccess.request', wish(asha, { categoryId: 999 })))).toBe('FORBIDDEN');
    const many = await call('orgAccess.requestMany', {
      requests: [wish(asha), wish(asha, { categoryId: 2 })],
    });
    expect(many.body.result.data.items).toMatchObject([
      { request: null, error: { code: 'FORBIDDEN', message: 'This API key is not for category 1.' } },
      { request: { status: 'PENDING' }, error: null },
    ]);
    expect(await auditOf(app(), many)).toMatchObject([
      { action: 'access.denied', details: { procedure: 'orgAccess.requestMany', apiKeyId: key.id } },
    ]);
    expect(await readActions(asha)).toEqual(actions);
  });

  test('reads those alone; another read is written into no ledger, and counts against no limit', async () => {
    const asha = await app().signUp();
    const mine = await approve(asha, hospital, { categoryId: 2 });
    const other = await approve(asha, hospital, { categoryId: 1, maxReads: 1 });
    const { key, client, call } = await createKey(app(), hospital, { categoryIds: [2] });
    const actions = await readActions(asha);
    const refused = await call('orgAccess.read', { requestId: other.id });
    expect([endingOf(refused), refused.headers.get('ratelimit')]).toEqual(['FORBIDDEN', null]);
    expect(await auditOf(app(), refused)).toMatchObject([
      { action: 'access.denied', actor: null, details: { procedure: 'orgAccess.read', apiKeyId: key.id } },
    ]);
    expect(await readActions(asha)).toEqual(actions);
    const many = await call('orgAccess.readMany', { requestIds: [other.id, mine.id] });
    expect(many.body.result.data.items).toMatchObject([
      { data: null, error: { code: 'FORBIDDEN' } },
      { data: { email: asha.email }, error: null },
    ]);
    expect(await auditOf(app(), many)).toMatchObject([{ action: 'access.denied', actor: null }]);
    expect((await client.orgAccess.read.mutate({ requestId: mine.id })).data).toMatchObject({
      email: asha.email,
    });
    expect(await readActions(asha)).toEqual([...actions, 'ACCESS_READ', 'ACCESS_READ']);
  });

  test('has the receipts of requests on those alone', async () => {
    const asha = await app().signUp();
    const mine = await approve(asha, hospital, { categoryId: 2 });
    const other = await approve(asha, hospital, { categoryId: 1 });
    const foreign = await approve(asha, await app().signUpOrganization(), { categoryId: 2 });
    const { call } = await createKey(app(), hospital, { categoryIds: [2] });
    const theirs = await call('orgAccess.receipt', { requestId: mine.id });
    const { record } = await asha.client.orgAccess.receipt.query({ requestId: mine.id });
    expect(theirs.body.result.data.record.receipt_id).toBe(record.receipt_id);
    expect(endingOf(await call('orgAccess.receipt', { requestId: other.id }))).toBe('FORBIDDEN');
    expect(endingOf(await call('orgAccess.receipt', { requestId: foreign.id }))).toBe('NOT_FOUND');
  });

  test('is shown the requests on those alone, on every page', async () => {
    const [asha, bank] = [await app().signUp(), await app().signUpOrganization('Bank')];
    const ids = [];
    for (const categoryId of [1, 2, 3, 2, 1]) {
      const { id } = await grantAndAsk(asha, bank, { categoryId });
      await asha.client.orgAccess.decide.mutate({ requestId: id, decision: 'deny' });
      if (categoryId !== 2) ids.unshift(id);
    }
    const { client } = await createKey(app(), bank, { categoryIds: [1, 3] });
    const first = await client.orgAccess.outgoing.query({ limit: 2 });
    const second = await client.orgAccess.outgoing.query({ limit: 2, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await bank.client.orgAccess.outgoing.query()).items).toHaveLength(5);
  });
});
