import { describe, expect, test } from 'vitest';
import { expectRefusal, NOT_A_CATEGORY, NOT_A_MOMENT, NOT_A_PAGE } from '../consent/bad-values.ts';
import { grantAndAsk, mutateAs, NOBODY, queryAs, readActions, useTestApp, wish } from '../consent/support.ts';

const app = useTestApp();

const NOT_AN_ID: unknown[] = [
  '',
  '1',
  1,
  0,
  -1,
  1.5,
  null,
  true,
  [],
  {},
  '\0',
  '\ud800',
  `${NOBODY}0`,
  NOBODY.slice(1),
  ` ${NOBODY}`,
  NOBODY.replaceAll('-', ''),
  `{${NOBODY}}`,
  `${NOBODY}' or '1'='1`,
];

describe('orgAccess.request', () => {
  const wrong: Record<string, unknown[]> = {
    userId: [...NOT_AN_ID, undefined],
    categoryId: [...NOT_A_CATEGORY, undefined],
    purpose: [
      '',
      ' \n ',
      'x'.repeat(1001),
      'a\0b',
      '\ud800',
      'a\u001bb',
      'evil \u202e txt',
      '\u200b',
      '\u2800',
      '\u3164',
      1,
      null,
      [],
      undefined,
    ],
    expiresAt: NOT_A_MOMENT,
    maxReads: [0, -1, 1.5, '1', 1_000_001, 2_147_483_648, true, []],
  };

  test.each(Object.keys(wrong))(
    'refuses what is no %s, names the field and writes nothing',
    async (field) => {
      const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
      await asha.client.consent.grant.mutate({ categoryId: 1 });
      for (const value of wrong[field] ?? []) {
        const input = { ...wish(asha), [field]: value };
        expectRefusal(await mutateAs(app(), hospital, 'orgAccess.request', input), field);
      }
      expect((await hospital.client.orgAccess.outgoing.query()).items).toEqual([]);
      expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
    },
  );

  test('refuses fields that are not the caller’s to set', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    for (const field of [
      'status',
      'organizationId',
      'organization',
      'id',
      'reads',
      'requestedBy',
      'decidedAt',
    ]) {
      const input = { ...wish(asha), [field]: 'APPROVED' };
      expectRefusal(await mutateAs(app(), hospital, 'orgAccess.request', input), field);
    }
    expect((await hospital.client.orgAccess.outgoing.query()).items).toEqual([]);
  });

  test('no end and no limit of reads can be said by null', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const request = await hospital.client.orgAccess.request.mutate(
      wish(asha, { expiresAt: null, maxReads: null }),
    );
    expect(request).toMatchObject({ expiresAt: null, maxReads: null, readsLeft: null });
  });
});

describe.each(['orgAccess.decide', 'orgAccess.toggle'])('%s', (procedure) => {
  const rest = procedure === 'orgAccess.decide' ? { decision: 'approve' } : {};

  test('refuses what is no request’s id, unknown fields and no input', async () => {
    const asha = await app().signUp();
    for (const requestId of [...NOT_AN_ID, undefined]) {
      expectRefusal(await mutateAs(app(), asha, procedure, { requestId, ...rest }), 'requestId');
    }
    const input = { requestId: NOBODY, ...rest, userId: asha.user.id };
    expectRefusal(await mutateAs(app(), asha, procedure, input), 'userId');
    expectRefusal(await mutateAs(app(), asha, procedure, undefined), 'input');
    expectRefusal(await mutateAs(app(), asha, procedure, [NOBODY]), 'input');
  });
});

test('orgAccess.decide refuses what is no decision, and the request stays as it is', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const { id: requestId } = await grantAndAsk(asha, hospital);
  for (const decision of ['', 'APPROVE', 'approved', 'expire', 'toString', '__proto__', 1, null, undefined]) {
    expectRefusal(await mutateAs(app(), asha, 'orgAccess.decide', { requestId, decision }), 'decision');
  }
  expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'PENDING' }]);
});

describe.each(['orgAccess.incoming', 'orgAccess.outgoing'])('%s', (procedure) => {
  test('refuses limits, cursors and statuses that are none', async () => {
    const hospital = await app().signUpOrganization();
    for (const page of NOT_A_PAGE) {
      expectRefusal(await queryAs(app(), hospital, procedure, page), Object.keys(page)[0] ?? '');
    }
    for (const status of ['', 'pending', 'OPEN', 1, null, ['PENDING']]) {
      expectRefusal(await queryAs(app(), hospital, procedure, { status }), 'status');
    }
    expectRefusal(await queryAs(app(), hospital, procedure, { userId: NOBODY }), 'userId');
    expectRefusal(await queryAs(app(), hospital, procedure, { organizationId: NOBODY }), 'organizationId');
  });

  test('a cursor of another kind of list is refused', async () => {
    const hospital = await app().signUpOrganization();
    const cursor = (await hospital.client.consent.list.query({ limit: 1 })).nextCursor;
    expectRefusal(await queryAs(app(), hospital, procedure, { cursor }), 'cursor');
  });
});
