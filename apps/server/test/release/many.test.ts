import { describe, expect, test } from 'vitest';
import { mutateAs, NOBODY, readActions, useTestApp, wish } from '../consent/support.ts';
import type { Person } from '../support/test-app.ts';
import { approve } from './support.ts';

const app = useTestApp();

describe('orgAccess.requestMany', () => {
  test('asks each as alone, and answers in the same order', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    await asha.client.consent.grant.mutate({ categoryId: 1 });
    await asha.client.consent.grant.mutate({ categoryId: 2 });
    const requests = [
      wish(asha),
      wish(ravi),
      wish(asha, { categoryId: 2 }),
      wish(asha, { categoryId: 3, expiresAt: '2020-01-01T00:00:00Z' }),
      wish({ user: { ...asha.user, id: NOBODY } } as Person),
    ];
    const { items } = await hospital.client.orgAccess.requestMany.mutate({ requests });
    expect(items.map(({ userId, categoryId }) => [userId, categoryId])).toEqual(
      requests.map(({ userId, categoryId }) => [userId, categoryId]),
    );
    expect(items.map(({ request, error }) => request?.status ?? error?.code)).toEqual([
      'PENDING',
      'CONSENT_NOT_GRANTED',
      'PENDING',
      'INVALID_INPUT',
      'CONSENT_NOT_GRANTED',
    ]);
    expect(items[3]?.error?.fields).toEqual({ expiresAt: ['The end must be in the future.'] });
    expect((await hospital.client.orgAccess.outgoing.query()).items).toHaveLength(2);
    const again = await hospital.client.orgAccess.requestMany.mutate({ requests: requests.slice(0, 1) });
    expect(again.items[0]?.request).toEqual(items[0]?.request);
  });

  test('refuses alone what is too much of one person', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    await ravi.client.consent.grant.mutate({ categoryId: 1 });
    const ask = async (people: Person[], categories: number) => {
      const requests = people.flatMap((person) =>
        Array.from({ length: categories }, (_, index) => wish(person, { categoryId: index + 1 })),
      );
      return (await hospital.client.orgAccess.requestMany.mutate({ requests })).items;
    };
    await ask([asha], 100);
    await ask([asha], 99);
    const items = await ask([asha, ravi], 2);
    expect(items.map(({ request, error }) => request?.status ?? error?.code)).toEqual([
      'CONSENT_NOT_GRANTED',
      'RATE_LIMITED',
      'PENDING',
      'CONSENT_NOT_GRANTED',
    ]);
    expect(items[1]?.error?.retryAfterSeconds).toBeGreaterThan(0);
  });
});

describe('orgAccess.readMany', () => {
  test('releases or refuses each as alone, and answers in the same order', async () => {
    const [asha, ravi, hospital] = [
      await app().signUp(),
      await app().signUp(),
      await app().signUpOrganization(),
    ];
    const other = await app().signUpOrganization('Other');
    const [one, two] = [await approve(asha, hospital), await approve(ravi, hospital, { maxReads: 1 })];
    const three = await approve(asha, hospital, { categoryId: 2 });
    const foreign = await approve(asha, other);
    await asha.client.orgAccess.decide.mutate({ requestId: three.id, decision: 'pause' });
    const requestIds = [two.id, three.id, NOBODY, one.id, foreign.id];
    const { items } = await hospital.client.orgAccess.readMany.mutate({ requestIds });
    expect(items.map(({ requestId }) => requestId)).toEqual(requestIds);
    expect(items.map(({ data, error }) => data?.lastName ?? error?.code)).toEqual([
      'Patel',
      'ACCESS_PAUSED',
      'NOT_FOUND',
      'Patel',
      'NOT_FOUND',
    ]);
    expect(items.map(({ request }) => request?.status)).toEqual([
      'EXHAUSTED',
      undefined,
      undefined,
      'APPROVED',
      undefined,
    ]);
    expect((await readActions(asha)).slice(-2)).toEqual(['ACCESS_REFUSED', 'ACCESS_READ']);
    expect((await readActions(ravi)).slice(-2)).toEqual(['ACCESS_READ', 'ACCESS_EXHAUSTED']);
  });
});

const id = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`;

test.each([
  ['orgAccess.readMany', { requestIds: [] }, 'requestIds'],
  ['orgAccess.readMany', { requestIds: [NOBODY, NOBODY] }, 'requestIds'],
  ['orgAccess.readMany', { requestIds: Array.from({ length: 101 }, (_, index) => id(index)) }, 'requestIds'],
  ['orgAccess.readMany', { requestIds: [NOBODY, 'one'] }, 'requestIds.1'],
  ['orgAccess.requestMany', { requests: [] }, 'requests'],
  ['orgAccess.requestMany', { requests: [{ userId: NOBODY, categoryId: 1 }] }, 'requests.0.purpose'],
])('%s is INVALID_INPUT for %j', async (procedure, input, field) => {
  const hospital = await app().signUpOrganization();
  const { body } = await mutateAs(app(), hospital, procedure, input);
  expect(body.error.data).toMatchObject({ code: 'INVALID_INPUT', fields: { [field]: [expect.any(String)] } });
});
