import { afterEach, describe, expect, test, vi } from 'vitest';
import { errorOf } from '../support/errors.ts';
import {
  advanceClock,
  inSeconds,
  readActions,
  readConsent,
  readLedger,
  stopClock,
  useTestApp,
  wish,
} from './support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

async function grantForAMinute() {
  stopClock();
  const asha = await app().signUp();
  const { expiresAt } = await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
  return { asha, expiresAt };
}

describe('a consent past its end', () => {
  test('counts as revoked from that moment, before anybody writes it down', async () => {
    const { asha, expiresAt } = await grantForAMinute();
    advanceClock(59.999);
    expect(await readConsent(asha, 1)).toMatchObject({ granted: true, revokedAt: null });
    advanceClock(0.001);
    expect(await readConsent(asha, 1)).toMatchObject({ granted: false, revokedAt: expiresAt, expiresAt });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('is written down by the first writer, although that one is refused', async () => {
    const { asha, expiresAt } = await grantForAMinute();
    const hospital = await app().signUpOrganization();
    advanceClock(60);
    for (const _ of [1, 2]) {
      const error = await errorOf(hospital.client.orgAccess.request.mutate(wish(asha)));
      expect(error).toMatchObject({ code: 'CONSENT_NOT_GRANTED', httpStatus: 400 });
    }
    const [, entry, ...more] = await readLedger(asha);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      action: 'CONSENT_EXPIRED',
      actor: { kind: 'system', id: null },
      details: { before: { granted: true, expiresAt }, after: { granted: false, expiresAt } },
    });
    expect(await readConsent(asha, 1)).toMatchObject({ granted: false, revokedAt: expiresAt });
  });

  test('looks the same before and after it was written down', async () => {
    const { asha } = await grantForAMinute();
    advanceClock(90);
    const before = await readConsent(asha, 1);
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    expect(await readConsent(asha, 1)).toEqual(before);
  });

  test('is not revoked once more: revoking writes its end and nothing else', async () => {
    const { asha, expiresAt } = await grantForAMinute();
    advanceClock(90);
    expect(await asha.client.consent.revoke.mutate({ categoryId: 1 })).toMatchObject({
      revokedAt: expiresAt,
    });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_EXPIRED']);
  });

  test.each(['grant', 'toggle'] as const)('can be granted anew by %s, since now', async (step) => {
    const { asha } = await grantForAMinute();
    advanceClock(90);
    const consent = await asha.client.consent[step].mutate({ categoryId: 1 });
    expect(consent).toMatchObject({
      granted: true,
      grantedAt: new Date().toISOString(),
      revokedAt: null,
      expiresAt: null,
    });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_EXPIRED', 'CONSENT_GRANTED']);
    const { items } = await asha.client.consent.history.query();
    expect(items.map((change) => change.action)).toEqual(['GRANTED', 'EXPIRED', 'GRANTED']);
  });

  test('cannot be prolonged afterwards: the later grant is a new one, which revives no request', async () => {
    const { asha } = await grantForAMinute();
    const hospital = await app().signUpOrganization();
    const request = await hospital.client.orgAccess.request.mutate(wish(asha));
    advanceClock(60);
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    const { items } = await asha.client.orgAccess.incoming.query();
    expect(items).toMatchObject([{ id: request.id, status: 'REVOKED' }]);
    expect(await readActions(asha)).toEqual([
      'CONSENT_GRANTED',
      'ACCESS_REQUESTED',
      'CONSENT_EXPIRED',
      'ACCESS_REVOKED',
      'CONSENT_GRANTED',
    ]);
  });

  test('that was prolonged in time goes on with its requests', async () => {
    const { asha } = await grantForAMinute();
    const hospital = await app().signUpOrganization();
    await hospital.client.orgAccess.request.mutate(wish(asha));
    advanceClock(59);
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    advanceClock(59);
    expect(await readConsent(asha, 1)).toMatchObject({ granted: true });
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'PENDING' }]);
  });

  test('leaves the other categories alone', async () => {
    const { asha } = await grantForAMinute();
    await asha.client.consent.grant.mutate({ categoryId: 2 });
    advanceClock(60);
    await asha.client.consent.toggle.mutate({ categoryId: 2 });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });
});
