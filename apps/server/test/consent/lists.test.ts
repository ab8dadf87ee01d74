import { LANGUAGES } from '@truconn/contract';
import { describe, expect, test } from 'vitest';
import { FIRST_CATEGORIES } from '../../src/database/first-categories.ts';
import { sha256 } from './notices-support.ts';
import { readAll, readLedger, useTestApp } from './support.ts';

const app = useTestApp();

describe('consent.categories', () => {
  test.each(LANGUAGES)('shows the current notice in the person’s language: %s', async (language) => {
    const asha = await app().signUp({ language });
    const { items, nextCursor } = await asha.client.consent.categories.query();
    expect(nextCursor).toBeNull();
    expect(items).toEqual(
      FIRST_CATEGORIES.map(({ notice, recordSchema, ...category }) => ({
        ...category,
        source: recordSchema === undefined ? 'profile' : 'record',
        recordSchema: recordSchema ?? null,
        notice: {
          version: 1,
          language,
          text: notice[language],
          hash: sha256(notice[language]),
          publishedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          changes: null,
          needsReview: language !== 'en',
        },
      })),
    );
  });

  test('the three languages say different things', () => {
    for (const { notice } of FIRST_CATEGORIES) expect(new Set(Object.values(notice)).size).toBe(3);
  });

  test('comes in pages, in the order of the ids', async () => {
    const asha = await app().signUp();
    const first = await asha.client.consent.categories.query({ limit: 4 });
    expect(first.items.map((category) => category.id)).toEqual([1, 2, 3, 4]);
    const second = await asha.client.consent.categories.query({ limit: 4, cursor: first.nextCursor ?? '' });
    expect(second.items.map((category) => category.id)).toEqual([5, 6, 7]);
    expect(second.nextCursor).toBeNull();
  });
});

describe('consent.list', () => {
  test('has one item per category, decided or not, also page by page', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 5 });
    const all = await readAll((page) => asha.client.consent.list.query({ ...page, limit: 1 }));
    expect(all.map((consent) => [consent.categoryId, consent.granted])).toEqual([
      ...[1, 2, 3, 4].map((id) => [id, false]),
      [5, true],
      ...[6, 7].map((id) => [id, false]),
    ]);
    expect((await asha.client.consent.list.query()).items).toEqual(all);
  });

  test('exactly as many as the limit is the last page', async () => {
    const asha = await app().signUp();
    expect((await asha.client.consent.list.query({ limit: 7 })).nextCursor).toBeNull();
    expect((await asha.client.consent.list.query({ limit: 6 })).nextCursor).not.toBeNull();
  });
});

describe('consent.history', () => {
  test('tells each change, newest first, with what was and what is', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await asha.client.consent.grant.mutate({ categoryId: 2 });
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: '2090-01-01T00:00:00Z' });
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const entries = await readLedger(asha);
    const { items, nextCursor } = await asha.client.consent.history.query();
    expect(nextCursor).toBeNull();
    const noticeHash = expect.stringMatching(/^[0-9a-f]{64}$/);
    const granted = { granted: true, expiresAt: null, noticeVersion: 1, noticeLanguage: 'en', noticeHash };
    const never = { noticeVersion: null, noticeLanguage: null, noticeHash: null };
    const nothing = { granted: false, expiresAt: null, ...never };
    const limited = { ...granted, expiresAt: '2090-01-01T00:00:00.000Z' };
    const identity = { categoryId: 1, key: 'identity', name: 'Identity' };
    const change = (seq: number) => ({ seq, changedAt: entries[seq - 1]?.at });
    expect(items).toEqual([
      {
        ...change(4),
        ...identity,
        action: 'REVOKED',
        previousValue: limited,
        newValue: { ...limited, granted: false },
      },
      { ...change(3), ...identity, action: 'MODIFIED', previousValue: granted, newValue: limited },
      {
        ...change(2),
        categoryId: 2,
        key: 'contact',
        name: 'Contact',
        action: 'GRANTED',
        previousValue: nothing,
        newValue: granted,
      },
      { ...change(1), ...identity, action: 'GRANTED', previousValue: nothing, newValue: granted },
    ]);
  });

  test('can be asked for one category, page by page', async () => {
    const asha = await app().signUp();
    for (const categoryId of [1, 2, 1, 2, 1]) await asha.client.consent.toggle.mutate({ categoryId });
    const ones = await readAll((page) =>
      asha.client.consent.history.query({ ...page, limit: 2, categoryId: 1 }),
    );
    expect(ones.map((change) => [change.seq, change.categoryId])).toEqual([
      [5, 1],
      [3, 1],
      [1, 1],
    ]);
    expect((await asha.client.consent.history.query({ categoryId: 99 })).items).toEqual([]);
  });

  test('holds changes of consent alone, and of nobody else', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    const hospital = await app().signUpOrganization();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await hospital.client.orgAccess.request.mutate({ userId: asha.user.id, categoryId: 1, purpose: 'Care' });
    expect((await asha.client.consent.history.query()).items.map((change) => change.action)).toEqual([
      'GRANTED',
    ]);
    expect((await ravi.client.consent.history.query()).items).toEqual([]);
  });

  test('a change whose details were erased is still told, without its values', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await app().sql('delete from ledger_details where person_id = $1', [asha.user.id]);
    const { items } = await asha.client.consent.history.query();
    expect(items).toMatchObject([{ seq: 1, action: 'GRANTED', previousValue: null, newValue: null }]);
  });
});
