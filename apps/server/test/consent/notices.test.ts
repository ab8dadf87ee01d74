import { LANGUAGES } from '@truconn/contract';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EN } from '../../src/database/first-notices/en.ts';
import { FIRST_RECORD_SCHEMAS } from '../../src/database/first-record-schemas.ts';
import { errorOf } from '../support/errors.ts';
import { statementsOf } from '../support/statements.ts';
import type { Person } from '../support/test-app.ts';
import { expectRefusal } from './bad-values.ts';
import { newCategory, publish, sha256, textsOf, withdraw } from './notices-support.ts';
import {
  advanceClock,
  inSeconds,
  mutateAs,
  readActions,
  readConsent,
  readLedger,
  stopClock,
  useTestApp,
  wish,
} from './support.ts';

const app = useTestApp();
let admin: Person;
beforeAll(async () => {
  admin = await app().signUpAdmin();
});
afterEach(() => void vi.useRealTimers());

describe('a grant', () => {
  test.each(LANGUAGES)(
    'keeps the hash of the text that was shown, in the ledger, too: %s',
    async (language) => {
      const asha = await app().signUp({ language });
      const { items } = await asha.client.consent.categories.query();
      const { id: categoryId, notice } = items[3] as (typeof items)[number];
      expect(notice.hash).toBe(sha256(notice.text));
      const granted = await asha.client.consent.grant.mutate({ categoryId });
      const agreed = { noticeVersion: 1, noticeLanguage: language, noticeHash: sha256(notice.text) };
      expect(granted).toMatchObject(agreed);
      const nothing = { noticeVersion: null, noticeLanguage: null, noticeHash: null };
      const [entry] = await readLedger(asha);
      expect(entry?.details).toMatchObject({ before: nothing, after: agreed });
      const history = await asha.client.consent.history.query();
      expect(history.items).toMatchObject([{ previousValue: nothing, newValue: agreed }]);
    },
  );

  test('keeps the language that the page has shown, where that is not the profile’s', async () => {
    const asha = await app().signUp({ language: 'en' });
    const shown = { categoryId: 1, noticeLanguage: 'gu' } as const;
    const granted = await asha.client.consent.grant.mutate(shown);
    const [{ body }] = (await app().sql(
      "select body from notices where category_id = 1 and language = 'gu'",
    )) as [{ body: string }];
    expect(granted).toMatchObject({ noticeLanguage: 'gu', noticeHash: sha256(body) });
    await asha.client.consent.grant.mutate(shown);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
    expect(await asha.client.consent.grant.mutate({ categoryId: 1 })).toMatchObject({ noticeLanguage: 'en' });
    for (const noticeLanguage of ['fr', '', null, 1]) {
      const answer = await mutateAs(app(), asha, 'consent.grant', { categoryId: 1, noticeLanguage });
      expectRefusal(answer, 'noticeLanguage');
    }
  });

  test('asks the database no more often than a revocation: lock, read, write, entry', async () => {
    const asha = await app().signUp();
    const grant = await statementsOf(() => asha.client.consent.grant.mutate({ categoryId: 1 }));
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const again = await statementsOf(() => asha.client.consent.grant.mutate({ categoryId: 1 }));
    // Who asks, begin, the four, what the transaction ends with, and the word to those who watch.
    expect(grant).toHaveLength(again.length);
    expect(grant.length).toBeLessThanOrEqual(8);
  });

  test('written down before hashes were kept is told without one', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await app().sql(
      `update ledger_details set details = details #- '{after,noticeHash}' #- '{before,noticeHash}'
       where person_id = $1`,
      [asha.user.id],
    );
    const { items } = await asha.client.consent.history.query();
    expect(items).toMatchObject([{ previousValue: { noticeHash: null }, newValue: { noticeHash: null } }]);
  });
});

describe('consent.categories', () => {
  test('says where the fields come from, and what a record must fulfil', async () => {
    const { items } = await (await app().signUp()).client.consent.categories.query({ limit: 7 });
    expect(items.map(({ source }) => source)).toEqual([
      ...Array(3).fill('profile'),
      ...Array(4).fill('record'),
    ]);
    expect(items[0]?.recordSchema).toBeNull();
    expect(items[3]?.recordSchema).toEqual(FIRST_RECORD_SCHEMAS.health);
  });

  test('shows a new version at once, with what is new and whether a machine has translated it', async () => {
    const { id } = await newCategory(admin);
    const texts = textsOf('The second');
    const { publishedAt } = await publish(admin, id, {
      texts: { ...texts, hi: { ...texts.hi, changes: 'नया', needsReview: true } },
    });
    for (const [language, changes, needsReview] of [
      ['en', 'The second is new.', false],
      ['hi', 'नया', true],
      ['gu', 'The second is new.', false],
    ] as const) {
      const reader = await app().signUp({ language });
      const { items } = await reader.client.consent.categories.query({ limit: 100 });
      const { text } = texts[language];
      expect(items.find((category) => category.id === id)?.notice).toEqual({
        version: 2,
        language,
        text,
        hash: sha256(text),
        publishedAt,
        changes,
        needsReview,
      });
    }
  });

  test('says in every first notice who sees the name, and before what', () => {
    for (const text of Object.values(EN)) {
      expect(text).toMatch(
        /sees your first and last name with its request; it sees .* only after you approve\./,
      );
    }
  });
});

describe('a new version', () => {
  test('asks those again who agreed to an older one; what they agreed to is what is released', async () => {
    const { id: categoryId } = await newCategory(admin, { fields: ['mobile'] });
    const [asha, ravi] = [await app().signUp({ language: 'gu' }), await app().signUp()];
    const first = await asha.client.consent.grant.mutate({ categoryId });
    expect(first).toMatchObject({ askAgain: false, noticeChanges: [], releasedFields: ['mobile'] });

    const texts = textsOf('The second');
    const second = await publish(admin, categoryId, {
      fields: ['mobile', 'email'],
      texts: { ...texts, gu: { ...texts.gu, changes: 'ઈ-મેલ પણ.' } },
    });
    const third = await publish(admin, categoryId, { texts: textsOf('The third') });
    const asked = await readConsent(asha, categoryId);
    expect(asked).toEqual({
      ...first,
      fields: ['mobile', 'email'],
      currentNoticeVersion: 3,
      askAgain: true,
      noticeChanges: [
        { version: 2, publishedAt: second.publishedAt, text: 'ઈ-મેલ પણ.' },
        { version: 3, publishedAt: third.publishedAt, text: 'The third is new.' },
      ],
    });
    expect(asked).toMatchObject({ granted: true, noticeVersion: 1, releasedFields: ['mobile'] });
    // Whoever has agreed to nothing is not asked again.
    expect(await readConsent(ravi, categoryId)).toMatchObject({
      askAgain: false,
      noticeChanges: [],
      releasedFields: null,
      currentNoticeVersion: 3,
    });
  });

  test('is agreed to by granting anew, which goes on with what stood', async () => {
    const { id: categoryId } = await newCategory(admin);
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { grantedAt } = await asha.client.consent.grant.mutate({ categoryId });
    await hospital.client.orgAccess.request.mutate(wish(asha, { categoryId }));
    await publish(admin, categoryId, { fields: ['email'], texts: textsOf('The second') });
    const anew = await asha.client.consent.grant.mutate({ categoryId });
    expect(anew).toMatchObject({
      granted: true,
      grantedAt,
      noticeVersion: 2,
      noticeHash: sha256('The second, in English.'),
      releasedFields: ['email'],
      askAgain: false,
      noticeChanges: [],
    });
    expect(await readConsent(asha, categoryId)).toEqual(anew);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED', 'CONSENT_MODIFIED']);
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'PENDING' }]);
  });

  test('leaves what was agreed to as it is: organizations ask, and people decide', async () => {
    const { id: categoryId } = await newCategory(admin);
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId });
    await publish(admin, categoryId);
    const { id: requestId } = await hospital.client.orgAccess.request.mutate(wish(asha, { categoryId }));
    const decided = await asha.client.orgAccess.decide.mutate({ requestId, decision: 'approve' });
    expect(decided.status).toBe('APPROVED');
    expect(await readConsent(asha, categoryId)).toMatchObject({ granted: true, noticeEndsAt: null });
  });

  test('need not be agreed to: an older one can be, and answers what is new since', async () => {
    const { id: categoryId } = await newCategory(admin, { fields: ['mobile'] });
    await publish(admin, categoryId, { fields: ['mobile', 'email'] });
    const asha = await app().signUp();
    const granted = await asha.client.consent.grant.mutate({ categoryId, noticeVersion: 1 });
    expect(granted).toMatchObject({
      noticeVersion: 1,
      noticeHash: sha256('The first, in English.'),
      releasedFields: ['mobile'],
      askAgain: true,
      noticeChanges: [{ version: 2, text: 'The next is new.' }],
    });
    expect(await readConsent(asha, categoryId)).toEqual(granted);
    expect(await asha.client.consent.grant.mutate({ categoryId })).toMatchObject({ noticeVersion: 2 });
    const back = await asha.client.consent.grant.mutate({ categoryId, noticeVersion: 1 });
    expect(back).toEqual(granted);
  });

  test('of a consent that was revoked says what is new, and asks nobody', async () => {
    const { id: categoryId } = await newCategory(admin);
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId });
    const revoked = await asha.client.consent.revoke.mutate({ categoryId });
    expect(revoked).toMatchObject({ releasedFields: null, noticeVersion: 1, noticeChanges: [] });
    await publish(admin, categoryId);
    expect(await readConsent(asha, categoryId)).toMatchObject({
      granted: false,
      askAgain: false,
      noticeChanges: [{ version: 2 }],
    });
  });
});

describe('a version that is withdrawn', () => {
  test('can be agreed to until then, and from that moment no more', async () => {
    stopClock();
    const { id: categoryId } = await newCategory(admin);
    await publish(admin, categoryId);
    await withdraw(admin, categoryId, 1, inSeconds(60));
    advanceClock(59.999);
    const asha = await app().signUp();
    const first = { categoryId, noticeVersion: 1 };
    expect(await asha.client.consent.grant.mutate(first)).toMatchObject({
      granted: true,
      noticeEndsAt: inSeconds(0.001),
    });
    advanceClock(0.001);
    for (const person of [asha, await app().signUp()]) {
      const error = await errorOf(person.client.consent.grant.mutate(first));
      expect(error).toMatchObject({ code: 'INVALID_INPUT', httpStatus: 400 });
      expect(error.fields).toEqual({ noticeVersion: [expect.stringMatching(/withdrawn/)] });
    }
    expect(await asha.client.consent.grant.mutate({ categoryId })).toMatchObject({ noticeVersion: 2 });
  });
});
