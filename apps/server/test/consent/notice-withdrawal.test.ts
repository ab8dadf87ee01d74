import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { endingOf } from '../support/calls.ts';
import { errorOf } from '../support/errors.ts';
import type { Person } from '../support/test-app.ts';
import { newCategory, publish, withdraw } from './notices-support.ts';
import {
  advanceClock,
  grantAndAsk,
  inSeconds,
  readActions,
  readConsent,
  readLedger,
  stopClock,
  useTestApp,
  wish,
} from './support.ts';

const app = useTestApp();
let admin: Person;
let hospital: Person;
beforeAll(async () => {
  admin = await app().signUpAdmin();
  hospital = await app().signUpOrganization();
});
afterEach(() => void vi.useRealTimers());

/** Somebody whose consent ends in a minute, because its notice is withdrawn then. */
async function grantUntilWithdrawal(terms: { expiresAt?: string } = {}) {
  stopClock();
  const [{ id: categoryId }, asha] = [await newCategory(admin), await app().signUp()];
  await asha.client.consent.grant.mutate({ categoryId, ...terms });
  await publish(admin, categoryId);
  const endsAt = inSeconds(60);
  await withdraw(admin, categoryId, 1, endsAt);
  return { asha, categoryId, endsAt };
}

const ask = (asha: Person, categoryId: number) =>
  hospital.client.orgAccess.request.mutate(wish(asha, { categoryId }));

describe('a consent whose notice is withdrawn', () => {
  test('says so ahead, and counts as revoked from that millisecond, before anybody writes it down', async () => {
    const { asha, categoryId, endsAt } = await grantUntilWithdrawal();
    const standing = { granted: true, revokedAt: null, noticeEndsAt: endsAt, askAgain: true };
    expect(await readConsent(asha, categoryId)).toMatchObject({ ...standing, releasedFields: ['mobile'] });
    advanceClock(59.999);
    expect(await readConsent(asha, categoryId)).toMatchObject(standing);
    advanceClock(0.001);
    expect(await readConsent(asha, categoryId)).toMatchObject({
      granted: false,
      revokedAt: endsAt,
      expiresAt: null,
      noticeEndsAt: endsAt,
      askAgain: false,
      releasedFields: null,
    });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test.each([
    [59.999, 'ok'],
    [60, 'CONSENT_NOT_GRANTED'],
  ])('after %d seconds of 60, asking for access ends with %s', async (seconds, ending) => {
    const { asha, categoryId } = await grantUntilWithdrawal();
    advanceClock(seconds);
    expect(await endingOf(ask(asha, categoryId))).toBe(ending);
  });

  test.each([
    [59.999, 'approve', 'ok'],
    [60, 'approve', 'INVALID_TRANSITION'],
    [59.999, 'toggle', 'ok'],
    [60, 'toggle', 'CONSENT_NOT_GRANTED'],
  ] as const)('after %d seconds of 60, to %s a request ends with %s', async (seconds, step, ending) => {
    const { asha, categoryId } = await grantUntilWithdrawal();
    const { id: requestId } = await ask(asha, categoryId);
    const { decide, toggle } = asha.client.orgAccess;
    advanceClock(seconds);
    const call =
      step === 'toggle' ? toggle.mutate({ requestId }) : decide.mutate({ requestId, decision: step });
    expect(await endingOf(call)).toBe(ending);
  });

  test.each(['PENDING', 'APPROVED', 'PAUSED'] as const)(
    'shows its requests as REVOKED from that millisecond: %s',
    async (status) => {
      const { asha, categoryId } = await grantUntilWithdrawal();
      const { id: requestId } = await ask(asha, categoryId);
      const { decide, incoming } = asha.client.orgAccess;
      if (status !== 'PENDING') await decide.mutate({ requestId, decision: 'approve' });
      if (status === 'PAUSED') await decide.mutate({ requestId, decision: 'pause' });
      advanceClock(59.999);
      for (const list of [incoming, hospital.client.orgAccess.outgoing]) {
        expect((await list.query({ limit: 1 })).items).toMatchObject([{ id: requestId, status }]);
      }
      advanceClock(0.001);
      for (const list of [incoming, hospital.client.orgAccess.outgoing]) {
        const [first] = (await list.query({ status: 'REVOKED', limit: 1 })).items;
        expect(first).toMatchObject({ id: requestId, status: 'REVOKED' });
      }
      expect((await incoming.query({ status })).items).toEqual([]);
    },
  );

  test('is written down by the first writer: revoked by the system, and why, with its requests', async () => {
    const { asha, categoryId, endsAt } = await grantUntilWithdrawal();
    await ask(asha, categoryId);
    advanceClock(90);
    for (const _ of [1, 2]) expect(await endingOf(ask(asha, categoryId))).toBe('CONSENT_NOT_GRANTED');
    const [, , revoked, closed, ...more] = await readLedger(asha);
    expect(more).toEqual([]);
    expect(revoked).toMatchObject({
      action: 'CONSENT_REVOKED',
      actor: { kind: 'system', id: null },
      categoryId,
      details: { before: { granted: true }, after: { granted: false }, reason: 'NOTICE_WITHDRAWN' },
    });
    expect(closed).toMatchObject({ action: 'ACCESS_REVOKED', actor: { kind: 'system', id: null } });
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: false, revokedAt: endsAt });
    const { items } = await asha.client.consent.history.query({ limit: 1 });
    expect(items).toMatchObject([{ action: 'REVOKED', newValue: { granted: false } }]);
  });

  test('looks the same before and after it was written down', async () => {
    const { asha, categoryId } = await grantUntilWithdrawal();
    advanceClock(90);
    const before = await readConsent(asha, categoryId);
    expect(await asha.client.consent.revoke.mutate({ categoryId })).toEqual(before);
    expect(await readConsent(asha, categoryId)).toEqual(before);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_REVOKED']);
  });

  test.each(['grant', 'toggle'] as const)(
    'can be granted anew by %s, which revives no request',
    async (step) => {
      const { asha, categoryId } = await grantUntilWithdrawal();
      const { id } = await ask(asha, categoryId);
      advanceClock(60);
      expect(await asha.client.consent[step].mutate({ categoryId })).toMatchObject({
        granted: true,
        grantedAt: new Date().toISOString(),
        noticeVersion: 2,
        noticeEndsAt: null,
      });
      expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ id, status: 'REVOKED' }]);
      const actions = (await readActions(asha)).slice(2);
      expect(actions).toEqual(['CONSENT_REVOKED', 'ACCESS_REVOKED', 'CONSENT_GRANTED']);
    },
  );

  test('that moved to the current version in time goes on, with its requests', async () => {
    const { asha, categoryId } = await grantUntilWithdrawal();
    await ask(asha, categoryId);
    advanceClock(59.999);
    await asha.client.consent.grant.mutate({ categoryId });
    advanceClock(60);
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: true, noticeEndsAt: null });
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'PENDING' }]);
  });

  test.each([
    ['before its own end is revoked', 61, 'CONSENT_REVOKED'],
    ['at its own end has expired', 60, 'CONSENT_EXPIRED'],
    ['after its own end has expired', 59, 'CONSENT_EXPIRED'],
  ])('%s', async (_what, seconds, action) => {
    stopClock();
    const expiresAt = inSeconds(seconds);
    const { asha, categoryId, endsAt } = await grantUntilWithdrawal({ expiresAt });
    advanceClock(120);
    const [revokedAt] = [expiresAt, endsAt].sort();
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: false, revokedAt });
    await asha.client.consent.revoke.mutate({ categoryId });
    const [, entry] = await readLedger(asha);
    expect(entry?.action).toBe(action);
    expect('reason' in (entry?.details ?? {})).toBe(action === 'CONSENT_REVOKED');
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: false, revokedAt });
  });

  test.each([
    [59, 'EXPIRED'],
    [60, 'EXPIRED'],
    [61, 'REVOKED'],
  ])('after 60 seconds leaves a request that ends after %d as %s', async (seconds, status) => {
    const { asha, categoryId } = await grantUntilWithdrawal();
    await grantAndAskUnder(asha, categoryId, inSeconds(seconds));
    advanceClock(120);
    const { incoming } = asha.client.orgAccess;
    expect((await incoming.query()).items).toMatchObject([{ status }]);
    await asha.client.consent.revoke.mutate({ categoryId });
    expect((await incoming.query()).items).toMatchObject([{ status }]);
    expect((await readActions(asha)).at(-1)).toBe(`ACCESS_${status}`);
  });

  test('leaves alone who agreed to another version, and other categories', async () => {
    const { asha, categoryId } = await grantUntilWithdrawal();
    const ravi = await app().signUp();
    await ravi.client.consent.grant.mutate({ categoryId });
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    advanceClock(60);
    expect(await readConsent(ravi, categoryId)).toMatchObject({ granted: true });
    expect(await readConsent(asha, 1)).toMatchObject({ granted: true });
  });
});

function grantAndAskUnder(asha: Person, categoryId: number, expiresAt: string) {
  return hospital.client.orgAccess.request.mutate(wish(asha, { categoryId, expiresAt }));
}

describe('the days of grace of a category', () => {
  const DAY = 86_400;

  async function publishAfterGrant(noticeGraceDays: number | null) {
    stopClock();
    const [{ id: categoryId }, asha] = [await newCategory(admin, { noticeGraceDays }), await app().signUp()];
    await grantAndAsk(asha, hospital, { categoryId });
    await publish(admin, categoryId);
    return { asha, categoryId };
  }

  test('end the older consents when they are over, to the millisecond', async () => {
    const { asha, categoryId } = await publishAfterGrant(30);
    const noticeEndsAt = inSeconds(30 * DAY);
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: true, noticeEndsAt });
    // Sessions end sooner than that.
    const later = async () => ({ ...asha, ...(await app().signIn(asha.email)) });
    advanceClock(30 * DAY - 0.001);
    expect(await readConsent(await later(), categoryId)).toMatchObject({ granted: true });
    advanceClock(0.001);
    expect(await readConsent(await later(), categoryId)).toMatchObject({
      granted: false,
      revokedAt: noticeEndsAt,
    });
  });

  test('that are none end them at once', async () => {
    const { asha, categoryId } = await publishAfterGrant(0);
    expect(await readConsent(asha, categoryId)).toMatchObject({
      granted: false,
      revokedAt: new Date().toISOString(),
    });
    expect((await hospital.client.orgAccess.outgoing.query({ limit: 1 })).items).toMatchObject([
      { user: { id: asha.user.id }, status: 'REVOKED' },
    ]);
    const error = await errorOf(asha.client.consent.grant.mutate({ categoryId, noticeVersion: 1 }));
    expect(error.code).toBe('INVALID_INPUT');
  });

  test('that are not set leave them until an administrator withdraws the version', async () => {
    const { asha, categoryId } = await publishAfterGrant(null);
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: true, noticeEndsAt: null });
    await withdraw(admin, categoryId, 1);
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: false });
  });

  test('count for all older versions, and put no end off that was told', async () => {
    stopClock();
    const { id: categoryId } = await newCategory(admin, { noticeGraceDays: 10 });
    const ends = async () => {
      const { items } = await admin.client.admin.notices.list.query({ categoryId });
      return Object.fromEntries(items.map(({ version, withdrawnAt }) => [version, withdrawnAt]));
    };
    await publish(admin, categoryId);
    const first = inSeconds(10 * DAY);
    advanceClock(60);
    await admin.client.admin.categories.update.mutate({ categoryId, noticeGraceDays: 20 });
    await publish(admin, categoryId);
    const second = inSeconds(20 * DAY);
    expect(await ends()).toEqual({ 1: first, 2: second, 3: null });
    await admin.client.admin.categories.update.mutate({ categoryId, noticeGraceDays: 1 });
    await publish(admin, categoryId);
    const third = inSeconds(DAY);
    expect(await ends()).toEqual({ 1: third, 2: third, 3: third, 4: null });
  });
});
