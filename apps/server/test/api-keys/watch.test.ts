import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grantAndAsk, readLedger, useTestApp, wish } from '../consent/support.ts';
import { askWatch, countWatchers, openWatch, refusal } from '../live/support.ts';
import { organizationOf } from '../org-access/members-support.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';
import { createKey } from './support.ts';

const app = useTestApp({ env: { RATE_LIMITS: 'off' } });
let second: TestApp;
let hospital: Person;
beforeAll(async () => {
  second = await startTestApp({ database: app().database });
  hospital = await app().signUpOrganization();
});
afterAll(() => second[Symbol.asyncDispose]());

const holder = (secret: string) => ({ accessToken: secret });

test('a key with the scope hears what happens to its organization’s requests; one without hears nothing', async () => {
  const asha = await app().signUp();
  const { secret } = await createKey(app(), hospital, { scopes: ['list'] });
  await using watch = await openWatch(app(), holder(secret), 'orgAccess.watch');
  const asked = await grantAndAsk(asha, hospital);
  expect((await watch.first(1)).map(({ data }) => data)).toMatchObject([
    { action: 'ACCESS_REQUESTED', requestId: asked.id, request: { status: 'PENDING' } },
  ]);
  const blind = await createKey(app(), hospital, { scopes: ['read', 'request'] });
  const [status, { code }] = await refusal(askWatch(app(), holder(blind.secret), 'orgAccess.watch'));
  expect([status, code]).toEqual([403, 'FORBIDDEN']);
});

test('a key for some categories hears of those alone, also of what it missed; members hear of all', async () => {
  const asha = await app().signUp();
  const bank = await app().signUpOrganization('Bank');
  const { secret } = await createKey(app(), bank, { categoryIds: [2] });
  await using keys = await openWatch(app(), holder(secret), 'orgAccess.watch');
  await using members = await openWatch(app(), bank, 'orgAccess.watch');
  for (const categoryId of [1, 2, 1, 3, 2, 1]) {
    const { id } = await grantAndAsk(asha, bank, { categoryId });
    await asha.client.orgAccess.decide.mutate({ requestId: id, decision: 'deny' });
  }
  const heard = (events: { data: { categoryId: number } }[]) => events.map(({ data }) => data.categoryId);
  expect(heard(await members.first(12))).toEqual([1, 1, 2, 2, 1, 1, 3, 3, 2, 2, 1, 1]);
  expect(heard(await keys.first(4))).toEqual([2, 2, 2, 2]);
  const [, , third] = keys.messages();
  await using again = await openWatch(app(), holder(secret), 'orgAccess.watch', {
    input: { lastEventId: third?.id },
  });
  expect(heard(await again.first(1))).toEqual([2]);
  await grantAndAsk(asha, bank, { categoryId: 2 });
  expect(heard(await again.first(2))).toEqual([2, 2]);
  expect(keys.messages()).toHaveLength(5);
});

test('the organization hears which member or key asked and read; the person hears of the organization', async () => {
  const [asha, bank] = [await app().signUp(), await app().signUpOrganization('Bank')];
  const { key, client } = await createKey(app(), bank);
  await using told = await openWatch(app(), bank, 'orgAccess.watch');
  await using seen = await openWatch(app(), asha, 'consent.watch');
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  for (const { orgAccess } of [bank.client, client]) {
    const { id: requestId } = await orgAccess.request.mutate(wish(asha, { maxReads: 1 }));
    await orgAccess.readMany.mutate({ requestIds: [requestId] });
    await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    await orgAccess.read.mutate({ requestId });
  }
  const turnOf = (by: object) => [
    ['ACCESS_REQUESTED', by],
    ['ACCESS_REFUSED', by],
    ['ACCESS_APPROVED', null],
    ['ACCESS_READ', by],
    ['ACCESS_EXHAUSTED', null],
  ];
  const events = await told.first(10);
  expect(events.map(({ data }) => [data.action, data.by])).toEqual([
    ...turnOf({ kind: 'member', id: bank.user.id }),
    ...turnOf({ kind: 'apiKey', id: key.id }),
  ]);
  const { items } = await asha.client.orgAccess.incoming.query();
  const shown = JSON.stringify([await seen.first(11), await readLedger(asha), items]);
  expect(shown).toContain(organizationOf(bank));
  expect(shown).not.toContain(bank.user.id);
  expect(shown).not.toContain(key.id);
  expect(shown).not.toContain('"by"');
});

describe('the streams of a key end within two seconds', () => {
  test.each<[string, (keyId: string) => Promise<unknown>]>([
    ['it is revoked', (keyId) => hospital.client.orgAccess.keys.revoke.mutate({ keyId })],
    ['it comes to its end', (id) => app().sql('update api_keys set expires_at = now() where id = $1', [id])],
    ['its organization goes', (id) => app().sql('delete from api_keys where id = $1', [id])],
  ])('when %s, on every instance, and no others', async (_how, end) => {
    const { key, secret } = await createKey(app(), hospital);
    const other = await createKey(app(), hospital);
    await using here = await openWatch(app(), holder(secret), 'orgAccess.watch');
    await using there = await openWatch(second, holder(secret), 'orgAccess.watch');
    await using others = await openWatch(app(), holder(other.secret), 'orgAccess.watch');
    await using owners = await openWatch(app(), hospital, 'orgAccess.watch');
    const endedAt = performance.now();
    await end(key.id);
    expect([await here.ended(), await there.ended()]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(performance.now() - endedAt).toBeLessThan(2_000);
    expect(await countWatchers(app())).toBe(2);
    const told = [others.messages().length, owners.messages().length];
    await grantAndAsk(await app().signUp(), hospital);
    await Promise.all([others.first((told[0] ?? 0) + 1), owners.first((told[1] ?? 0) + 1)]);
    expect(here.messages()).toEqual([]);
  });

  test('and a key that is revoked before it asks watches nothing', async () => {
    const { key, secret } = await createKey(app(), hospital);
    await hospital.client.orgAccess.keys.revoke.mutate({ keyId: key.id });
    expect((await refusal(askWatch(app(), holder(secret), 'orgAccess.watch')))[0]).toBe(401);
  });
});

test('a key has at most 20 streams open, whatever other keys and people have', async () => {
  const [one, other] = [await createKey(app(), hospital), await createKey(app(), hospital)];
  const open = (secret: string) => openWatch(app(), holder(secret), 'orgAccess.watch');
  const watches = await Promise.all(Array.from({ length: 20 }, () => open(one.secret)));
  const [status, { code }] = await refusal(askWatch(app(), holder(one.secret), 'orgAccess.watch'));
  expect([status, code]).toEqual([429, 'RATE_LIMITED']);
  watches.push(await open(other.secret), await openWatch(app(), hospital, 'orgAccess.watch'));
  await Promise.all(watches.map((watch) => watch[Symbol.asyncDispose]()));
});
