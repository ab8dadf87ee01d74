import { describe, expect, test } from 'vitest';
import { expectRefusal, NOT_A_CATEGORY, NOT_A_MOMENT, NOT_A_PAGE } from './bad-values.ts';
import { bearer, mutateAs, queryAs, readActions, useTestApp } from './support.ts';

const app = useTestApp();

describe.each(['consent.grant', 'consent.revoke', 'consent.toggle'])('%s', (procedure) => {
  test('refuses what is no category’s id, names the field and writes nothing', async () => {
    const asha = await app().signUp();
    for (const categoryId of NOT_A_CATEGORY) {
      expectRefusal(await mutateAs(app(), asha, procedure, { categoryId }), 'categoryId');
    }
    expect(await readActions(asha)).toEqual([]);
  });

  test('refuses no input, input of another shape, and fields that it does not know', async () => {
    const asha = await app().signUp();
    expectRefusal(await mutateAs(app(), asha, procedure, {}), 'categoryId');
    for (const input of [null, 1, 'categoryId', [], [{ categoryId: 1 }]]) {
      expectRefusal(await mutateAs(app(), asha, procedure, input), 'input');
    }
    expectRefusal(await app().call(procedure, { headers: bearer(asha) }), 'input');
    expectRefusal(await mutateAs(app(), asha, procedure, { categoryId: 1, force: true }), 'force');
    expect(await readActions(asha)).toEqual([]);
  });

  test('answers nobody with UNAUTHENTICATED, whatever the input', async () => {
    for (const input of [{ categoryId: 1 }, { categoryId: 'x' }, undefined]) {
      expect((await app().call(procedure, { input })).body.error.data).toMatchObject({
        code: 'UNAUTHENTICATED',
        httpStatus: 401,
      });
    }
  });
});

describe('consent.grant', () => {
  test('refuses ends that are no moments, and notice versions that are no numbers', async () => {
    const asha = await app().signUp();
    for (const expiresAt of NOT_A_MOMENT) {
      expectRefusal(await mutateAs(app(), asha, 'consent.grant', { categoryId: 1, expiresAt }), 'expiresAt');
    }
    for (const noticeVersion of [0, -1, 1.5, '1', null, 2_147_483_648]) {
      const answer = await mutateAs(app(), asha, 'consent.grant', { categoryId: 1, noticeVersion });
      expectRefusal(answer, 'noticeVersion');
    }
    expect(await readActions(asha)).toEqual([]);
  });

  test('the last moment that can be written is kept and given back', async () => {
    const asha = await app().signUp();
    const expiresAt = '9999-12-31T23:59:59.999Z';
    expect(await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt })).toMatchObject({ expiresAt });
    expect((await asha.client.consent.list.query()).items[0]).toMatchObject({ granted: true, expiresAt });
  });
});

describe.each(['consent.categories', 'consent.list', 'consent.history', 'consent.ledger'])(
  '%s',
  (procedure) => {
    test('refuses limits and cursors that are none, and names the field', async () => {
      const asha = await app().signUp();
      for (const page of NOT_A_PAGE) {
        expectRefusal(await queryAs(app(), asha, procedure, page), Object.keys(page)[0] ?? '');
      }
      expectRefusal(await queryAs(app(), asha, procedure, { offset: 1 }), 'offset');
      expectRefusal(await queryAs(app(), asha, procedure, { userId: asha.user.id }), 'userId');
      expectRefusal(await queryAs(app(), asha, procedure, [1]), 'input');
    });

    test('accepts no input, and limits from 1 to 100', async () => {
      const asha = await app().signUp();
      for (const input of [undefined, {}, { limit: 1 }, { limit: 100 }]) {
        expect((await queryAs(app(), asha, procedure, input)).status).toBe(200);
      }
    });

    test('answers nobody with UNAUTHENTICATED', async () => {
      const answer = await app().call(procedure, { method: 'GET' });
      expect(answer.body.error.data).toMatchObject({ code: 'UNAUTHENTICATED', httpStatus: 401 });
    });
  },
);

test('consent.history refuses what is no category’s id', async () => {
  const asha = await app().signUp();
  for (const categoryId of NOT_A_CATEGORY) {
    expectRefusal(await queryAs(app(), asha, 'consent.history', { categoryId }), 'categoryId');
  }
});
