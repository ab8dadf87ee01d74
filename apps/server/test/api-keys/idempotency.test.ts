import { expect, test } from 'vitest';
import { useTestApp, wish } from '../consent/support.ts';
import { callWithKey } from '../idempotency/support.ts';
import type { Person } from '../support/test-app.ts';
import { createKey, endingOf } from './support.ts';

const app = useTestApp();

async function granted(): Promise<{ asha: Person; hospital: Person }> {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  return { asha, hospital };
}

const ask = (secret: string, input: unknown, key = 'once') =>
  callWithKey(app(), { accessToken: secret }, key, ['orgAccess.request', input]);

test('a repeated call of a key gets the first one’s answer, also of two at the same moment', async () => {
  const { asha, hospital } = await granted();
  const { key, secret } = await createKey(app(), hospital);
  const [first, twin] = await Promise.all([ask(secret, wish(asha)), ask(secret, wish(asha))]);
  await asha.client.orgAccess.decide.mutate({ requestId: first.body.result.data.id, decision: 'deny' });
  const again = await ask(secret, wish(asha));
  expect([twin.body, again.body]).toEqual([first.body, first.body]);
  expect(endingOf(await ask(secret, wish(asha, { purpose: 'Another' })))).toBe('IDEMPOTENCY_CONFLICT');
  const rows = await app().sql('select user_id, api_key_id from idempotency_keys where api_key_id = $1', [
    key.id,
  ]);
  expect(rows).toEqual([{ user_id: null, api_key_id: key.id }]);
});

test('the same idempotency key is another one of another API key, and of a member', async () => {
  const { asha, hospital } = await granted();
  const keys = [await createKey(app(), hospital), await createKey(app(), hospital)];
  const secrets = [...keys.map(({ secret }) => secret), hospital.accessToken];
  const ids = [];
  for (const [index, secret] of secrets.entries()) {
    const answer = await ask(secret, wish(asha, { purpose: `Purpose ${index}` }));
    const { id } = answer.body.result.data;
    ids.push(id);
    await asha.client.orgAccess.decide.mutate({ requestId: id, decision: 'deny' });
  }
  expect(new Set(ids).size).toBe(3);
});

test('a key that is revoked is answered nothing that is kept', async () => {
  const { asha, hospital } = await granted();
  const { key, secret } = await createKey(app(), hospital);
  expect(endingOf(await ask(secret, wish(asha)))).toBe('ok');
  await hospital.client.orgAccess.keys.revoke.mutate({ keyId: key.id });
  expect(endingOf(await ask(secret, wish(asha)))).toBe('UNAUTHENTICATED');
});

test('what a key is not good for is not kept, and no idempotency key opens it', async () => {
  const { hospital } = await granted();
  const { secret } = await createKey(app(), hospital);
  for (const procedure of [
    'profile.update',
    'admin.users.disable',
    'orgAccess.keys.create',
    'auth.signOut',
  ]) {
    const answer = await callWithKey(app(), { accessToken: secret }, 'once', [procedure, {}]);
    expect([procedure, endingOf(answer)]).toEqual([procedure, 'FORBIDDEN']);
  }
  const kept = await app().sql(
    "select procedure from idempotency_keys where procedure <> 'orgAccess.request'",
  );
  expect(kept).toEqual([]);
});
