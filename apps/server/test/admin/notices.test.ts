import { LANGUAGES } from '@truconn/contract';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { newCategory, publish, sha256, textsOf, withdraw } from '../consent/notices-support.ts';
import {
  advanceClock,
  inSeconds,
  mutateAs,
  queryAs,
  readAll,
  stopClock,
  useTestApp,
} from '../consent/support.ts';
import { auditOf, endingBehindLock } from '../org-access/members-support.ts';
import { endingOf, errorData } from '../support/calls.ts';
import { type Person, startTestApp, type TestApp } from '../support/test-app.ts';

const app = useTestApp();
let twin: TestApp;
let admin: Person;
beforeAll(async () => {
  twin = await startTestApp({ database: app().database });
  admin = await app().signUpAdmin();
});
afterAll(() => twin[Symbol.asyncDispose]());
afterEach(() => void vi.useRealTimers());

const notices = (person = admin) => person.client.admin.notices;

/** A category with two versions, whose older one can be withdrawn. */
async function twoVersions(): Promise<number> {
  const { id } = await newCategory(admin);
  await publish(admin, id);
  return id;
}

async function expectBad(procedure: string, input: object, field: string) {
  const answer = await mutateAs(app(), admin, procedure, input);
  const { code, fields } = errorData(answer);
  expect([input, code, Object.keys(fields ?? {})]).toEqual([input, 'INVALID_INPUT', [field]]);
  expect(fields?.[field]?.[0]).toMatch(/[.!?]$/);
}

describe('admin.notices.publish', () => {
  it('answers the new version, and is on the log', async () => {
    const { id: categoryId } = await newCategory(admin, { noticeGraceDays: 2 });
    const texts = textsOf('The second');
    const input = {
      categoryId,
      fields: ['email'],
      texts: { ...texts, hi: { ...texts.hi, changes: 'नया', needsReview: true } },
    };
    const answer = await mutateAs(app(), admin, 'admin.notices.publish', input);
    const { publishedAt } = answer.body.result.data;
    const shown = (text: string, changes: string | null, needsReview = false) => ({
      text,
      hash: sha256(text),
      changes,
      needsReview,
    });
    expect(answer.body.result.data).toEqual({
      categoryId,
      version: 2,
      current: true,
      fields: ['email'],
      publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      withdrawnAt: null,
      standingConsents: 0,
      texts: {
        en: shown(texts.en.text, 'The second is new.'),
        hi: shown(texts.hi.text, 'नया', true),
        gu: shown(texts.gu.text, null),
      },
    });
    expect(await auditOf(app(), answer)).toMatchObject([
      {
        action: 'notice.published',
        actor: admin.user.id,
        details: {
          categoryId,
          version: 2,
          fields: ['email'],
          olderEndAt: new Date(Date.parse(publishedAt) + 2 * 86_400_000).toISOString(),
        },
      },
    ]);
  });

  it('covers what the category covers, unless told', async () => {
    const { id: categoryId } = await newCategory(admin, { fields: ['mobile', 'bio'] });
    expect((await publish(admin, categoryId)).fields).toEqual(['mobile', 'bio']);
    await publish(admin, categoryId, { fields: ['bio'] });
    expect((await publish(admin, categoryId)).fields).toEqual(['bio']);
  });

  it('keeps a text as people read it: its hash is of that', async () => {
    const { id: categoryId } = await newCategory(admin);
    const texts = textsOf('It');
    // An accent of its own, the line ends of another system, and space around it.
    const written = '  Cafe\u0301,\r\nsecond line. ';
    const { texts: kept } = await publish(admin, categoryId, {
      texts: { ...texts, en: { ...texts.en, text: written } },
    });
    expect(kept.en).toMatchObject({ text: 'Café,\nsecond line.', hash: sha256('Café,\nsecond line.') });
  });

  it('refuses fields that the profile or the schema has not got', async () => {
    const recordSchema = { type: 'object', properties: { names: { type: 'string' } } } as const;
    const records = await newCategory(admin, { fields: ['names'], recordSchema });
    const texts = textsOf('It');
    for (const [categoryId, field] of [
      [1, 'names'],
      [records.id, 'email'],
    ] as const) {
      await expectBad('admin.notices.publish', { categoryId, texts, fields: [field] }, 'fields');
    }
  });

  it('refuses a version that does not say in English what is new', async () => {
    const { en, hi, gu } = textsOf('It');
    const texts = { en: { text: en.text }, hi, gu };
    await expectBad('admin.notices.publish', { categoryId: 1, texts }, 'texts.en.changes');
    for (const changes of ['', 'x'.repeat(2001), null]) {
      const bad = { ...texts, en: { ...en, changes } };
      await expectBad('admin.notices.publish', { categoryId: 1, texts: bad }, 'texts.en.changes');
    }
    await expectBad('admin.notices.publish', { categoryId: 1, texts: { en, hi } }, 'texts.gu');
  });

  it('finds no category that is not there', async () => {
    expect(await endingOf(publish(admin, 999_999))).toBe('NOT_FOUND');
  });

  it('by somebody who is no administrator any more when their turn comes is refused', async () => {
    const { id: categoryId } = await newCategory(admin);
    const leaving = await app().signUpAdmin();
    const ending = await endingBehindLock(app(), twin, {
      lock: ['select from categories where id = $1::integer for update', String(categoryId)],
      call: () => publish(leaving, categoryId),
      change: [`update users set role = 'CITIZEN' where id = $1`, leaving.user.id],
    });
    expect(ending).toBe('FORBIDDEN');
  });
});

describe('admin.notices.withdraw', () => {
  it('ends consents to an older version now, and is on the log', async () => {
    const categoryId = await twoVersions();
    stopClock();
    const answer = await mutateAs(app(), admin, 'admin.notices.withdraw', { categoryId, version: 1 });
    const now = new Date().toISOString();
    expect(answer.body.result.data).toMatchObject({ version: 1, current: false, withdrawnAt: now });
    expect(await auditOf(app(), answer)).toMatchObject([
      { action: 'notice.withdrawn', details: { categoryId, version: 1, at: now, before: null } },
    ]);
  });

  it('can be brought forward, and neither put off nor undone', async () => {
    const categoryId = await twoVersions();
    stopClock();
    const key = { categoryId, version: 1 };
    const [sooner, later] = [inSeconds(60), inSeconds(120)];
    expect(await withdraw(admin, categoryId, 1, later)).toMatchObject({ withdrawnAt: later });
    expect(await withdraw(admin, categoryId, 1, sooner)).toMatchObject({ withdrawnAt: sooner });
    await expectBad('admin.notices.withdraw', { ...key, at: later }, 'at');
    await expectBad('admin.notices.withdraw', { ...key, at: inSeconds(-0.001) }, 'at');
    const again = await mutateAs(app(), admin, 'admin.notices.withdraw', { ...key, at: sooner });
    expect([again.body.result.data.withdrawnAt, await auditOf(app(), again)]).toEqual([sooner, []]);
    advanceClock(60);
    for (const at of [inSeconds(0.001), inSeconds(-1), later]) {
      expect(await endingOf(withdraw(admin, categoryId, 1, at))).toBe('INVALID_TRANSITION');
    }
    // It is so already.
    for (const at of [undefined, sooner]) {
      const answer = await mutateAs(app(), admin, 'admin.notices.withdraw', { ...key, at });
      expect([answer.body.result.data.withdrawnAt, await auditOf(app(), answer)]).toEqual([sooner, []]);
    }
  });

  it('is in a year of four digits', async () => {
    const key = { categoryId: await twoVersions(), version: 1 };
    await expectBad('admin.notices.withdraw', { ...key, at: '9999-12-31T23:59:59-12:00' }, 'at');
    const at = '9999-12-31T23:59:59.999Z';
    expect(await notices().withdraw.mutate({ ...key, at })).toMatchObject({ withdrawnAt: at });
  });

  it('of this very moment is now', async () => {
    const categoryId = await twoVersions();
    stopClock();
    const at = inSeconds(0);
    expect(await withdraw(admin, categoryId, 1, at)).toMatchObject({ withdrawnAt: at });
  });

  it('leaves the version that people are shown', async () => {
    const categoryId = await twoVersions();
    for (const at of [undefined, inSeconds(60)]) {
      expect(await endingOf(withdraw(admin, categoryId, 2, at))).toBe('INVALID_TRANSITION');
    }
  });

  it.each([
    [999_999, 1],
    [1, 999_999],
  ])('finds no version that is not there: %d, %d', async (categoryId, version) => {
    expect(await endingOf(withdraw(admin, categoryId, version))).toBe('NOT_FOUND');
  });

  it.each([
    ['categoryId', [undefined, 0, '1']],
    ['version', [undefined, 0, 1.5, '1', null, 2_147_483_648]],
    ['at', [null, 'now', '2090-01-01', 7]],
    ['reason', ['Old']],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      await expectBad('admin.notices.withdraw', { categoryId: 1, version: 1, [field]: value }, field);
    }
  });
});

describe('admin.notices.review', () => {
  it('takes the mark off one text, once, and is on the log', async () => {
    const input = { categoryId: 4, version: 1, language: 'hi' };
    const answer = await mutateAs(app(), admin, 'admin.notices.review', input);
    const { texts } = answer.body.result.data;
    expect(LANGUAGES.map((language) => texts[language].needsReview)).toEqual([false, false, true]);
    expect(await auditOf(app(), answer)).toMatchObject([
      { action: 'notice.reviewed', actor: admin.user.id, details: input },
    ]);
    const asha = await app().signUp({ language: 'hi' });
    expect((await asha.client.consent.categories.query()).items[3]?.notice.needsReview).toBe(false);
    const again = await mutateAs(app(), admin, 'admin.notices.review', input);
    expect([again.body.result.data, await auditOf(app(), again)]).toEqual([answer.body.result.data, []]);
  });

  it('finds no version that is not there, and refuses a language that nobody writes', async () => {
    const language = 'hi';
    const { review } = notices();
    expect(await endingOf(review.mutate({ categoryId: 999_999, version: 1, language }))).toBe('NOT_FOUND');
    expect(await endingOf(review.mutate({ categoryId: 1, version: 9, language }))).toBe('NOT_FOUND');
    await expectBad('admin.notices.review', { categoryId: 1, version: 1, language: 'fr' }, 'language');
    await expectBad('admin.notices.review', { categoryId: 1, version: 1 }, 'language');
  });
});

describe('admin.notices.list', () => {
  it('counts the consents that stand under each version', async () => {
    stopClock();
    const { id: categoryId } = await newCategory(admin);
    const [asha, ravi, kiran] = [await app().signUp(), await app().signUp(), await app().signUp()];
    for (const person of [asha, ravi, kiran]) await person.client.consent.grant.mutate({ categoryId });
    await publish(admin, categoryId);
    await ravi.client.consent.grant.mutate({ categoryId });
    const counts = async () => {
      const { items } = await notices().list.query({ categoryId });
      return items.map(({ version, current, standingConsents }) => [version, current, standingConsents]);
    };
    expect(await counts()).toEqual([
      [2, true, 1],
      [1, false, 2],
    ]);
    await kiran.client.consent.revoke.mutate({ categoryId });
    await ravi.client.consent.grant.mutate({ categoryId, expiresAt: inSeconds(60) });
    await withdraw(admin, categoryId, 1, inSeconds(120));
    expect((await counts()).map(([, , count]) => count)).toEqual([1, 1]);
    advanceClock(60);
    expect((await counts()).map(([, , count]) => count)).toEqual([0, 1]);
    advanceClock(60);
    expect((await counts()).map(([, , count]) => count)).toEqual([0, 0]);
  });

  it('comes in pages, newest first', async () => {
    const categoryId = await twoVersions();
    await publish(admin, categoryId);
    const all = await readAll(({ cursor }) => notices().list.query({ categoryId, limit: 1, cursor }));
    expect(all.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect((await notices().list.query({ categoryId })).items).toEqual(all);
  });

  it.each([
    ['categoryId', [undefined, 0, '1']],
    ['limit', [0, 101, '10']],
    ['cursor', ['!', 'x', '', 7]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) {
      const { code, fields } = errorData(
        await queryAs(app(), admin, 'admin.notices.list', { categoryId: 1, [field]: value }),
      );
      expect([value, code, Object.keys(fields ?? {})]).toEqual([value, 'INVALID_INPUT', [field]]);
    }
  });

  it('finds no category that is not there', async () => {
    expect(await endingOf(notices().list.query({ categoryId: 999_999 }))).toBe('NOT_FOUND');
  });
});
