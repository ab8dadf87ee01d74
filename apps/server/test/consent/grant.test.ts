import { afterEach, describe, expect, test, vi } from 'vitest';
import { errorOf } from '../support/errors.ts';
import { publish } from './notices-support.ts';
import { inSeconds, mutateAs, readActions, readConsent, readLedger, useTestApp } from './support.ts';

const app = useTestApp();
afterEach(() => void vi.useRealTimers());

describe('consent.grant', () => {
  test('grants, and says since when, on which notice, in which language', async () => {
    const asha = await app().signUp({ language: 'gu' });
    const consent = await asha.client.consent.grant.mutate({ categoryId: 2 });
    expect(consent).toEqual({
      categoryId: 2,
      key: 'contact',
      name: 'Contact',
      description: expect.any(String),
      fields: ['email', 'mobile', 'address'],
      releasedFields: ['email', 'mobile', 'address'],
      granted: true,
      grantedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      revokedAt: null,
      expiresAt: null,
      noticeVersion: 1,
      noticeLanguage: 'gu',
      noticeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      noticeEndsAt: null,
      currentNoticeVersion: 1,
      askAgain: false,
      noticeChanges: [],
    });
    expect(await readConsent(asha, 2)).toEqual(consent);
    expect(await readConsent(asha, 1)).toMatchObject({ granted: false, grantedAt: null, revokedAt: null });
  });

  test('the same grant twice writes nothing', async () => {
    const asha = await app().signUp();
    const expiresAt = inSeconds(3600);
    const first = await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt });
    expect(await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt, noticeVersion: 1 })).toEqual(
      first,
    );
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('other terms are a MODIFIED entry, with what was and what is; the consent stands since when it stood', async () => {
    const asha = await app().signUp();
    const { grantedAt } = await asha.client.consent.grant.mutate({ categoryId: 1 });
    const expiresAt = inSeconds(3600);
    const modified = await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt });
    expect(modified).toMatchObject({ granted: true, grantedAt, expiresAt });
    const unlimited = await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect(unlimited).toMatchObject({ granted: true, grantedAt, expiresAt: null });
    const [, second, third] = await readLedger(asha);
    const terms = { granted: true, noticeVersion: 1, noticeLanguage: 'en' };
    expect(second).toMatchObject({
      action: 'CONSENT_MODIFIED',
      actor: { kind: 'person', id: asha.user.id },
      details: { before: { ...terms, expiresAt: null }, after: { ...terms, expiresAt } },
    });
    expect(third).toMatchObject({ action: 'CONSENT_MODIFIED', details: { after: { expiresAt: null } } });
  });

  test('agreeing again in another language records the language that was shown', async () => {
    const asha = await app().signUp({ language: 'en' });
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await asha.client.profile.update.mutate({ language: 'hi' });
    expect(await asha.client.consent.grant.mutate({ categoryId: 1 })).toMatchObject({ noticeLanguage: 'hi' });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_MODIFIED']);
  });

  test('an end comes out in UTC, whatever offset it was given in', async () => {
    const asha = await app().signUp();
    const consent = await asha.client.consent.grant.mutate({
      categoryId: 1,
      expiresAt: '2090-01-31T12:00:00+05:30',
    });
    expect(consent.expiresAt).toBe('2090-01-31T06:30:00.000Z');
  });

  test('an end that is now or past is refused, and nothing is written', async () => {
    const asha = await app().signUp();
    vi.useFakeTimers({ toFake: ['Date'] });
    for (const seconds of [0, -0.001, -86_400]) {
      const error = await errorOf(
        asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(seconds) }),
      );
      expect(error).toMatchObject({
        code: 'INVALID_INPUT',
        httpStatus: 400,
        fields: { expiresAt: ['The end must be in the future.'] },
      });
    }
    expect(await readActions(asha)).toEqual([]);
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: inSeconds(0.001) });
  });

  test('an older notice that was published can be agreed to, one that never was cannot', async () => {
    const asha = await app().signUp({ language: 'hi' });
    await publish(await app().signUpAdmin(), 7);
    expect(await asha.client.consent.grant.mutate({ categoryId: 7 })).toMatchObject({ noticeVersion: 2 });
    expect(await asha.client.consent.grant.mutate({ categoryId: 7, noticeVersion: 1 })).toMatchObject({
      noticeVersion: 1,
      noticeLanguage: 'hi',
    });
    const error = await errorOf(asha.client.consent.grant.mutate({ categoryId: 7, noticeVersion: 3 }));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: { noticeVersion: [expect.any(String)] } });
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'CONSENT_MODIFIED']);
  });

  test('a category that does not exist is NOT_FOUND', async () => {
    const asha = await app().signUp();
    const error = await errorOf(asha.client.consent.grant.mutate({ categoryId: 2_147_483_647 }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', httpStatus: 404 });
    expect(await readActions(asha)).toEqual([]);
  });

  test('the acting person comes from the credential: an id in the body is refused', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    for (const field of ['userId', 'personId', 'user_id', 'granted']) {
      const answer = await mutateAs(app(), ravi, 'consent.grant', { categoryId: 1, [field]: asha.user.id });
      expect(answer.status).toBe(400);
      expect(answer.body.error.data).toMatchObject({
        code: 'INVALID_INPUT',
        fields: { [field]: [expect.any(String)] },
      });
    }
    expect(await readActions(asha)).toEqual([]);
  });
});
