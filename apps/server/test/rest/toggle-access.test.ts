import { describe, expect, test } from 'vitest';
import { grantAndAsk, readActions, useTestApp, wish } from '../consent/support.ts';
import type { RestAnswer } from '../support/rest.ts';
import type { Person } from '../support/test-app.ts';
import { askNumbered, NOT_A_NUMBER, NOT_FOUND, NOT_GRANTED, rest } from './truconn-support.ts';

const app = useTestApp();

describe('POST /api/organization/consent/<id>/toggle-access/', () => {
  test('approves what waits, revokes what is approved, and approves that again', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id, number } = await askNumbered(app(), asha, hospital);
    const other = await grantAndAsk(asha, hospital, { categoryId: 2 });
    const status = async () => {
      const { items } = await hospital.client.orgAccess.outgoing.query();
      expect(items).toMatchObject([{ id: other.id, status: 'PENDING' }, { id }]);
      return items[1]?.status;
    };
    for (const [message, after] of [
      ['Consent Granted!', 'APPROVED'],
      ['Consent Revoked!', 'REVOKED'],
      ['Consent Granted!', 'APPROVED'],
    ]) {
      const answer = await toggle(asha, number);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ message });
      expect(await status()).toBe(after);
    }
    expect((await readActions(asha)).slice(4)).toEqual([
      'ACCESS_APPROVED',
      'ACCESS_REVOKED',
      'ACCESS_APPROVED',
    ]);
    await asha.client.orgAccess.decide.mutate({ requestId: id, decision: 'pause' });
    expect((await toggle(asha, number)).body).toEqual({ message: 'Consent Granted!' });
  });

  test('a denied one is approved, unless another is open', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { id, number } = await askNumbered(app(), asha, hospital);
    await asha.client.orgAccess.decide.mutate({ requestId: id, decision: 'deny' });
    expect((await toggle(asha, number)).body).toEqual({ message: 'Consent Granted!' });
    await toggle(asha, number);
    await hospital.client.orgAccess.request.mutate(wish(asha));
    const answer = await toggle(asha, number);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ error: expect.stringMatching(/REVOKED/) });
  });

  test('an expired and a used up one stay as they are: 400', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const expired = await askNumbered(app(), asha, hospital, 1);
    await app().sql('update access_requests set expires_at = now() where id = $1', [expired.id]);
    const used = await askNumbered(app(), asha, hospital, 2);
    await app().sql(
      "update access_requests set status = 'EXHAUSTED', max_reads = 1, reads = 1 where id = $1",
      [used.id],
    );
    for (const { number } of [expired, used]) {
      const answer = await toggle(asha, number);
      expect(answer.status).toBe(400);
      expect(Object.keys(answer.body)).toEqual(['error']);
    }
    // What was found out on the way stays written down.
    expect(await readActions(asha)).toContain('ACCESS_EXPIRED');
  });

  test('without the consent nothing is approved: 400', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { number } = await askNumbered(app(), asha, hospital);
    await asha.client.consent.revoke.mutate({ categoryId: 1 });
    const { status, body } = await toggle(asha, number);
    expect({ status, body }).toEqual(NOT_GRANTED);
  });

  test('somebody else’s, an unknown one and what is no id are 404, and nothing changes', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    const { id, number } = await askNumbered(app(), asha, hospital);
    const before = await readActions(asha);
    for (const stranger of [ravi, hospital]) {
      for (const access of [number, 2147483647, id, ...NOT_A_NUMBER]) {
        const { status, body } = await toggle(stranger, access);
        expect([access, { status, body }]).toEqual([access, NOT_FOUND]);
      }
    }
    expect(await readActions(asha)).toEqual(before);
    expect((await asha.client.orgAccess.incoming.query()).items).toMatchObject([{ status: 'PENDING' }]);
  });

  test('20 at once come one after the other and leave 20 entries', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    const { number } = await askNumbered(app(), asha, hospital);
    await toggle(asha, number);
    const answers = await Promise.all(Array.from({ length: 20 }, () => toggle(asha, number)));
    const granted = answers.filter(({ body }) => body.message === 'Consent Granted!');
    expect([granted.length, answers.filter(({ status }) => status === 200).length]).toEqual([10, 20]);
    expect(await readActions(asha)).toHaveLength(23);
  });

  test('racing a revoke of the consent, no access outlives it', async () => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    for (let round = 0; round < 10; round += 1) {
      const { number } = await askNumbered(app(), asha, hospital);
      const approving = () => toggle(asha, number);
      const revoking = () => rest(app(), asha, 'POST /api/consents/1/toggle/');
      const started = round % 2 === 0 ? [approving(), revoking()] : [revoking(), approving()].reverse();
      const [approved] = await Promise.all(started);
      if (approved?.status !== 200) expect(approved).toMatchObject(NOT_GRANTED);
      expect((await asha.client.orgAccess.incoming.query()).items[0]?.status).toBe('REVOKED');
    }
    await readActions(asha);
  });
});

function toggle(person: Person, number: number | string): Promise<RestAnswer> {
  return rest(app(), person, `POST /api/organization/consent/${number}/toggle-access/`);
}
