import { createTruConn } from '@truconn/sdk';
import { expect, test } from 'vitest';
import { errorOf, signInSdk, startFileApp } from './support.ts';

const app = await startFileApp();

test('a program acts with the key that an owner has made, until the owner revokes it', async () => {
  const [asha, hospital] = [await signInSdk(app), await app.signUpOrganization()];
  await asha.truconn.consent.grant({ categoryId: 2 });
  const { key, secret } = await hospital.client.orgAccess.keys.create.mutate({
    name: 'Import',
    scopes: ['request', 'read', 'list'],
  });
  const truconn = createTruConn({ baseUrl: app.url, apiKey: secret });
  const { id } = await truconn.orgAccess.request({
    userId: asha.userId,
    categoryId: 2,
    purpose: 'Care',
  });
  const decisions = truconn.orgAccess.watch({ lastEventId: '1' });
  await asha.truconn.orgAccess.decide({ requestId: id, decision: 'approve' });
  expect((await decisions.next()).value).toMatchObject({ data: { action: 'ACCESS_APPROVED' } });
  const { data } = await truconn.orgAccess.read({ requestId: id }, { idempotencyKey: 'read-1' });
  expect(data).toMatchObject({ email: asha.email });
  const [{ items }, { membership }] = await Promise.all([
    truconn.orgAccess.outgoing(),
    truconn.orgAccess.organization(),
  ]);
  expect([items, membership]).toMatchObject([[{ id, reads: 1 }], null]);
  expect((await errorOf(truconn.auth.me())).code).toBe('FORBIDDEN');

  await hospital.client.orgAccess.keys.revoke.mutate({ keyId: key.id });
  expect((await errorOf(truconn.orgAccess.read({ requestId: id }))).code).toBe('UNAUTHENTICATED');
  expect((await decisions.next()).value).toMatchObject({ data: { action: 'ACCESS_READ' } });
  expect((await errorOf(decisions.next())).code).toBe('UNAUTHENTICATED');
  expect(truconn.session.state).toEqual({ status: 'signed-out', reason: null });
});
