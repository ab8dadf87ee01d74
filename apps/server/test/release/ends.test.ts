import { afterEach, describe, expect, test, vi } from 'vitest';
import { advanceClock, inSeconds, readActions, stopClock, useTestApp } from '../consent/support.ts';
import { approve, endingOf, readAs } from './support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

describe('a read at the end', () => {
  test('of the approval: released a millisecond before, refused at the moment itself', async () => {
    stopClock();
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await approve(asha, hospital, { expiresAt: inSeconds(60) });
    advanceClock(59.999);
    expect(endingOf(await readAs(app(), hospital, id))).toBe('released');
    advanceClock(0.001);
    for (const _ of [1, 2]) expect(endingOf(await readAs(app(), hospital, id))).toBe('ACCESS_EXPIRED');
    expect((await readActions(asha)).slice(3)).toEqual([
      'ACCESS_READ',
      'ACCESS_EXPIRED',
      'ACCESS_REFUSED',
      'ACCESS_REFUSED',
    ]);
  });

  test('of the consent: the same, and its requests end with it', async () => {
    stopClock();
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id } = await approve(asha, hospital);
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(60) });
    advanceClock(59.999);
    expect(endingOf(await readAs(app(), hospital, id))).toBe('released');
    advanceClock(0.001);
    expect(endingOf(await readAs(app(), hospital, id))).toBe('CONSENT_NOT_GRANTED');
    expect((await readActions(asha)).slice(-3)).toEqual([
      'CONSENT_EXPIRED',
      'ACCESS_REVOKED',
      'ACCESS_REFUSED',
    ]);
    const { items } = await hospital.client.orgAccess.outgoing.query();
    expect(items).toMatchObject([{ status: 'REVOKED', reads: 1 }]);
  });
});
