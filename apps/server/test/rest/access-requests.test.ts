import { describe, expect, test } from 'vitest';
import { NOBODY, readActions, useTestApp, wish } from '../consent/support.ts';
import { type Person, startTestApp } from '../support/test-app.ts';
import { askNumbered, NOT_A_NUMBER, NOT_FOUND, NOT_GRANTED, numberOf, rest } from './truconn-support.ts';

const app = useTestApp();

describe('POST /api/organization/consent/<uuid>/<id>/request/', () => {
  test('asks, and answers the request in the document’s words', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization('City Hospital')];
    await rest(app(), asha, 'POST /api/consents/4/toggle/');
    const answer = await ask(hospital, asha.user.id, 4, { purpose: 'To treat you.' });
    const [row] = await app().sql<{ id: string; number: number }>(
      'select id, number from access_requests where user_id = $1',
      [asha.user.id],
    );
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      message: 'Access request sent successfully.',
      data: {
        id: row?.number,
        organizationId: await numberOf(app(), 'organizations', hospital.user.organization?.id),
        organizationName: 'City Hospital',
        dataType: 'Health',
        consentId: 4,
        purpose: 'To treat you.',
        status: 'PENDING',
        lastAccessed: null,
      },
    });
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([
      { id: row?.id, categoryId: 4, purpose: 'To treat you.', status: 'PENDING', maxReads: null },
    ]);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED']);
  });

  test('a consent granted by tRPC counts, and a UUID in capitals is the same', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect(await ask(hospital, asha.user.id.toUpperCase(), 1)).toMatchObject({ status: 200 });
  });

  test('the same again while one is open answers the open one, from whichever API it is', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const open = await askNumbered(app(), asha, hospital);
    for (const purpose of ['Another', undefined]) {
      const { status, body } = await ask(hospital, asha.user.id, 1, { purpose });
      expect(status).toBe(200);
      expect(body.data).toMatchObject({ id: open.number, purpose: open.purpose, status: 'PENDING' });
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED']);
  });

  test('without consent, for nobody, for a disabled person and for an unknown category it is one answer', async () => {
    const [asha, gone, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    for (const person of [asha, gone]) await person.client.consent.grant.mutate({ categoryId: 1 });
    await app().sql('update users set disabled_at = now() where id = $1', [gone.user.id]);
    for (const [userId, categoryId] of [
      [asha.user.id, 2],
      [asha.user.id, 8],
      [asha.user.id, 2147483647],
      [NOBODY, 1],
      ['ffffffff-ffff-ffff-ffff-ffffffffffff', 1],
      [gone.user.id, 1],
    ] as const) {
      const { status, body } = await ask(hospital, userId, categoryId, { purpose: 'x' });
      expect({ status, body }).toEqual(NOT_GRANTED);
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('what is no UUID and what is no id is 404, for a member', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const number = await numberOf(app(), 'users', asha.user.id);
    const bad = [`${number}`, `${asha.user.id}0`, asha.user.id.slice(1), asha.user.id.replaceAll('-', '')];
    for (const userId of [...bad, `%00${asha.user.id}`, `${asha.user.id}%00`, ...NOT_A_NUMBER]) {
      const { status, body } = await ask(hospital, userId, 1);
      expect([userId, { status, body }]).toEqual([userId, NOT_FOUND]);
    }
    for (const id of NOT_A_NUMBER) {
      const { status, body } = await ask(hospital, asha.user.id, id);
      expect([id, { status, body }]).toEqual([id, NOT_FOUND]);
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('no purpose, a blank one and null are none', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const bodies = [undefined, {}, { purpose: null }, { purpose: '' }, { purpose: ' \n ' }, { reason: 'x' }];
    for (const [index, body] of bodies.entries()) {
      await asha.client.consent.grant.mutate({ categoryId: index + 1 });
      const answer = await ask(hospital, asha.user.id, index + 1, body);
      expect(answer).toMatchObject({ status: 200, body: { data: { consentId: index + 1, purpose: null } } });
    }
    const { items } = await hospital.client.orgAccess.outgoing.query();
    expect(items.map(({ purpose }) => purpose)).toEqual(Array(6).fill(null));
    const ledger = (await asha.client.consent.ledger.query()).items;
    expect(ledger.find(({ action }) => action === 'ACCESS_REQUESTED')?.details?.purpose).toBeNull();
  });

  test('a purpose is trimmed and bounded text; anything else is 400 on that field, and nothing is asked', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const wrong = [1, true, [], {}, ['x'], 'x'.repeat(1001), 'a\0b', 'a\u202eb', '\u200b', 'x\u001b'];
    for (const purpose of wrong) {
      const { status, body } = await ask(hospital, asha.user.id, 1, { purpose });
      expect([purpose, status, body]).toEqual([purpose, 400, { purpose: [expect.stringMatching(/\.$/)] }]);
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
    const purpose = ` ${'x'.repeat(1000)}\r\n`;
    expect((await ask(hospital, asha.user.id, 1, { purpose })).body.data.purpose).toBe('x'.repeat(1000));
  });

  test('a body that is no object is 400, and one that is no JSON too', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    for (const body of ['[]', '"x"', '1', '{"purpose":"x","purpose":"y"}', '{']) {
      const answer = await ask(hospital, asha.user.id, 1, body);
      expect([body, answer.status]).toEqual([body, 400]);
    }
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED']);
  });

  test('sets nothing else: a body cannot approve, limit or ask for somebody else', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const { body } = await ask(hospital, asha.user.id, 1, {
      status: 'APPROVED',
      userId: ravi.user.id,
      user_id: ravi.user.id,
      consent_id: 2,
      maxReads: 1,
      expiresAt: '2001-01-01T00:00:00Z',
      organizationId: 1,
    });
    expect(body.data).toMatchObject({ status: 'PENDING', consentId: 1 });
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([
      { maxReads: null, expiresAt: null },
    ]);
    expect(await readActions(ravi)).toEqual([]);
  });

  test('racing a revoke it is refused, or made and revoked; it never stays open', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    for (let round = 0; round < 10; round += 1) {
      await asha.client.consent.grant.mutate({ categoryId: 1 });
      const asking = () => ask(hospital, asha.user.id, 1);
      const revoking = () => rest(app(), asha, 'POST /api/consents/1/toggle/');
      const started = round % 2 === 0 ? [asking(), revoking()] : [revoking(), asking()].reverse();
      const [asked, revoked] = await Promise.all(started);
      expect(revoked?.body).toMatchObject({ access: false });
      if (asked?.status !== 200) expect(asked).toMatchObject(NOT_GRANTED);
      const { body } = await rest(app(), asha, 'GET /api/organization/requested-consent/');
      for (const { status } of body.data) expect(status).toBe('REVOKED');
    }
    await readActions(asha);
  });

  test('20 at once make one request, and all answer it', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(hospital, asha.user.id, 1)));
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.data?.id}`)).size).toBe(1);
    expect(await readActions(asha)).toEqual(['CONSENT_GRANTED', 'ACCESS_REQUESTED']);
  });

  test('is counted with what was asked by tRPC; past the limit it is 429 and says when to come again', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    // The limit for one person, less the one that follows.
    for (let count = 0; count < 199; count += 1) await hospital.client.orgAccess.request.mutate(wish(asha));
    expect((await ask(hospital, asha.user.id, 1)).status).toBe(200);
    const answer = await ask(hospital, asha.user.id, 1);
    expect(answer).toMatchObject({ status: 429, body: { detail: expect.any(String) } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

test('where an address has to be verified, an organization without one asks nobody over REST either', async () => {
  await using strict = await startTestApp({ env: { REQUIRE_VERIFIED_EMAIL: 'true' } });
  const [asha, hospital] = [await strict.signUp(), await strict.signUpOrganization()];
  await asha.client.consent.grant.mutate({ categoryId: 1 });
  const url = `POST /api/organization/consent/${asha.user.id}/1/request/` as const;
  expect(await rest(strict, hospital, url)).toMatchObject({
    status: 403,
    body: { detail: 'Verify your e-mail address first.' },
  });
});

function ask(organization: Person, userId: string, categoryId: number | string, body?: unknown) {
  return rest(app(), organization, `POST /api/organization/consent/${userId}/${categoryId}/request/`, body);
}
