import { describe, expect, test } from 'vitest';
import { grantAndAsk, readLedger, useTestApp } from '../consent/support.ts';
import { askNumbered, NOT_A_NUMBER, numberOf, rest } from './truconn-support.ts';

const app = useTestApp();

describe('GET /api/consents/history/', () => {
  test('tells each change, newest first, under the numbers of the ledger', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    await grantAndAsk(asha, hospital);
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: '2090-01-01T00:00:00Z' });
    await rest(app(), asha, 'POST /api/consents/1/toggle/');
    const { status, body } = await rest(app(), asha, 'GET /api/consents/history/');
    expect(status).toBe(200);
    const of = { consent_id: 1, consent_type: 'Identity', changed_at: expect.stringMatching(/^\d{4}-.*Z$/) };
    const [end, none] = ['2090-01-01T00:00:00.000Z', null];
    expect(body).toEqual({
      count: 3,
      history: [
        { ...of, id: 4, action: 'REVOKED', ...change(true, end, false, end) },
        { ...of, id: 3, action: 'MODIFIED', ...change(true, none, true, end) },
        { ...of, id: 1, action: 'GRANTED', ...change(false, none, true, none) },
      ],
    });
    const entries = await readLedger(asha);
    for (const { id, changed_at } of body.history) expect(entries[id - 1]?.at).toBe(changed_at);
  });

  test('is empty for somebody without any, and holds nobody else’s', async () => {
    const [asha, ravi] = [await app().signUp(), await app().signUp()];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    expect((await rest(app(), ravi, 'GET /api/consents/history/')).body).toEqual({ count: 0, history: [] });
    expect((await rest(app(), ravi, 'GET /api/consents/history/1/')).body).toEqual({
      count: 0,
      history: [],
    });
  });

  test('of one category holds its changes alone; of one without any, none; of an unknown one, 404', async () => {
    const asha = await app().signUp();
    for (const id of [1, 2, 1]) await rest(app(), asha, `POST /api/consents/${id}/toggle/`);
    const of = async (id: string) => rest(app(), asha, `GET /api/consents/history/${id}/`);
    const ones = await of('1');
    expect(ones.body.count).toBe(2);
    expect(ones.body.history.map(({ id }: { id: number }) => id)).toEqual([3, 1]);
    expect((await of('7')).body).toEqual({ count: 0, history: [] });
    for (const id of ['8', ...NOT_A_NUMBER]) {
      const answer = await of(id);
      expect([id, answer.status, answer.body]).toEqual([id, 404, { detail: 'Not found.' }]);
    }
  });

  test('a consent’s running out is told as EXPIRED', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1, expiresAt: '2090-01-01T00:00:00Z' });
    await app().sql('update consents set expires_at = now() where user_id = $1', [asha.user.id]);
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const { body } = await rest(app(), asha, 'GET /api/consents/history/');
    expect(body.history[0]).toMatchObject({ action: 'EXPIRED', previous_value: true, new_value: false });
  });

  test('a change whose details were erased is still told, without its values', async () => {
    const asha = await app().signUp();
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await app().sql('delete from ledger_details where person_id = $1', [asha.user.id]);
    const { body } = await rest(app(), asha, 'GET /api/consents/history/1/');
    expect(body.history).toMatchObject([{ id: 1, action: 'GRANTED', ...change(null, null, null, null) }]);
  });
});

describe('GET /api/consents/transparency-log/', () => {
  test('shows who has asked for the caller’s data, newest first, and says so', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization('City Hospital')];
    const first = await askNumbered(app(), asha, hospital, 1);
    const second = await askNumbered(app(), asha, hospital, 2);
    await asha.client.orgAccess.decide.mutate({ requestId: first.id, decision: 'approve' });
    const { status, body } = await rest(app(), asha, 'GET /api/consents/transparency-log/');
    expect(status).toBe(200);
    const shown = {
      organizationId: await numberOf(app(), 'organizations', hospital.user.organization?.id),
      organizationName: 'City Hospital',
      purpose: 'To greet you by name.',
      lastAccessed: null,
    };
    expect(body).toEqual({
      data: [
        {
          ...shown,
          id: second.number,
          consentType: 'Contact',
          status: 'PENDING',
          requestedAt: second.requestedAt,
        },
        {
          ...shown,
          id: first.number,
          consentType: 'Identity',
          status: 'APPROVED',
          requestedAt: first.requestedAt,
        },
      ],
      message: 'These organizations have asked for your data.',
    });
  });

  test('says that nobody has, and shows nobody else’s', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    await grantAndAsk(asha, hospital);
    for (const stranger of [ravi, hospital]) {
      expect(await rest(app(), stranger, 'GET /api/consents/transparency-log/')).toMatchObject({
        status: 200,
        body: { data: [], message: 'No organization has asked for your data.' },
      });
    }
  });
});

function change(
  previous_value: boolean | null,
  previous_expires_at: string | null,
  new_value: boolean | null,
  new_expires_at: string | null,
) {
  return { previous_value, previous_expires_at, new_value, new_expires_at };
}
