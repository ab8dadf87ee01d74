import { describe, expect, test } from 'vitest';
import { errorOf } from '../support/errors.ts';
import { grantAndAsk, readActions, readConsent, readLedger, useTestApp, wish } from './support.ts';

const app = useTestApp();

describe('consent.revoke', () => {
  test('revokes, and says when', async () => {
    const asha = await app().signUp();
    const { grantedAt } = await asha.client.consent.grant.mutate({ categoryId: 3 });
    const revoked = await asha.client.consent.revoke.mutate({ categoryId: 3 });
    expect(revoked).toMatchObject({ granted: false, grantedAt, revokedAt: expect.any(String) });
    expect(await readConsent(asha, 3)).toEqual(revoked);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test('what is not granted stays so, and nothing is written', async () => {
    const asha = await app().signUp();
    expect(await asha.client.consent.revoke.mutate({ categoryId: 3 })).toMatchObject({
      granted: false,
      revokedAt: null,
    });
    await asha.client.consent.grant.mutate({ categoryId: 3 });
    const first = await asha.client.consent.revoke.mutate({ categoryId: 3 });
    expect(await asha.client.consent.revoke.mutate({ categoryId: 3 })).toEqual(first);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test('revokes every open request on that category, and no other', async () => {
    const asha = await app().signUp();
    const organizations = [];
    for (const _ of 'abcd') organizations.push(await app().signUpOrganization());
    const [pending, approved, paused, denied] = await Promise.all(
      organizations.map((organization) => grantAndAsk(asha, organization)),
    );
    const elsewhere = await grantAndAsk(asha, organizations[0] as never, { categoryId: 2 });
    const decide = asha.client.orgAccess.decide;
    await decide.mutate({ requestId: approved?.id ?? '', decision: 'approve' });
    await decide.mutate({ requestId: paused?.id ?? '', decision: 'approve' });
    await decide.mutate({ requestId: paused?.id ?? '', decision: 'pause' });
    await decide.mutate({ requestId: denied?.id ?? '', decision: 'deny' });

    await asha.client.consent.revoke.mutate({ categoryId: 1 });

    const { items } = await asha.client.orgAccess.incoming.query();
    const statuses = Object.fromEntries(items.map((request) => [request.id, request.status]));
    expect(statuses).toEqual({
      [pending?.id ?? '']: 'REVOKED',
      [approved?.id ?? '']: 'REVOKED',
      [paused?.id ?? '']: 'REVOKED',
      [denied?.id ?? '']: 'DENIED',
      [elsewhere.id]: 'PENDING',
    });
    const entries = (await readLedger(asha)).slice(-4);
    expect(entries.map((entry) => [entry.action, entry.actor.id])).toEqual([
      ['CONSENT_REVOKED', asha.user.id],
      ...Array(3).fill(['ACCESS_REVOKED', asha.user.id]),
    ]);
  });

  test('granting again revives no request', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const request = await grantAndAsk(asha, hospital);
    await asha.client.orgAccess.decide.mutate({ requestId: request.id, decision: 'approve' });
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const { items } = await hospital.client.orgAccess.outgoing.query();
    expect(items).toMatchObject([{ id: request.id, status: 'REVOKED' }]);
    const again = await hospital.client.orgAccess.request.mutate(wish(asha));
    expect(again).toMatchObject({ status: 'PENDING' });
    expect(again.id).not.toBe(request.id);
  });

  test('a category that does not exist is NOT_FOUND', async () => {
    const asha = await app().signUp();
    const error = await errorOf(asha.client.consent.revoke.mutate({ categoryId: 99 }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
  });
});

describe('consent.toggle', () => {
  test('grants what is not granted, revokes what is, and grants again without an end', async () => {
    const asha = await app().signUp();
    expect(await asha.client.consent.toggle.mutate({ categoryId: 4 })).toMatchObject({ granted: true });
    expect(await asha.client.consent.toggle.mutate({ categoryId: 4 })).toMatchObject({ granted: false });
    await asha.client.consent.grant.mutate({ categoryId: 4, expiresAt: '2090-01-01T00:00:00Z' });
    await asha.client.consent.toggle.mutate({ categoryId: 4 });
    const consent = await asha.client.consent.toggle.mutate({ categoryId: 4 });
    expect(consent).toMatchObject({ granted: true, expiresAt: null, revokedAt: null });
    const granted = 'CONSENT_GRANTED';
    const revoked = 'CONSENT_REVOKED';
    expect(await readActions(asha)).toEqual([granted, revoked, granted, revoked, granted]);
  });

  test('touches one category of one person', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await asha.client.consent.toggle.mutate({ categoryId: 4 });
    const granted = (await asha.client.consent.list.query()).items.filter((consent) => consent.granted);
    expect(granted.map((consent) => consent.categoryId)).toEqual([4]);
    expect((await ravi.client.consent.list.query()).items.some((consent) => consent.granted)).toBe(false);
    expect(await readActions(ravi)).toEqual([]);
  });

  test('a category that does not exist is NOT_FOUND', async () => {
    const asha = await app().signUp();
    const error = await errorOf(asha.client.consent.toggle.mutate({ categoryId: 99 }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
  });
});
