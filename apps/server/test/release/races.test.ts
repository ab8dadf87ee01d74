import { afterAll, beforeAll, expect, test } from 'vitest';
import { bearer, countDeadlocks, mutateAs, readLedger, useTestApp } from '../consent/support.ts';
import { openWatch } from '../live/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { approve, endingOf, readAs } from './support.ts';

const app = useTestApp();
let second: TestApp;
beforeAll(async () => {
  second = await startTestApp({ database: app().database });
});
afterAll(() => second[Symbol.asyncDispose]());

const either = (index: number) => (index % 2 === 0 ? app() : second);

test('200 reads at once on two instances of what allows ten release exactly ten', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const { id } = await approve(asha, hospital, { maxReads: 10 });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => readAs(either(index), hospital, id)),
  );
  const endings = answers.map(endingOf);
  expect(endings.filter((ending) => ending === 'released')).toHaveLength(10);
  expect(endings.filter((ending) => ending === 'ACCESS_EXHAUSTED')).toHaveLength(190);
  const left = answers.flatMap(({ body }) => body.result?.data.request.readsLeft ?? []);
  expect(left.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const actions = (await readLedger(asha)).map(({ action }) => action);
  expect(actions.filter((action) => action === 'ACCESS_READ')).toHaveLength(10);
  expect(actions.filter((action) => action === 'ACCESS_REFUSED')).toHaveLength(190);
  expect(actions.filter((action) => action === 'ACCESS_EXHAUSTED')).toHaveLength(1);
});

test('what happens on one instance is told on the other, to both sides', async () => {
  const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
  const { id } = await approve(asha, hospital, { maxReads: 2 });
  await using hers = await openWatch(second, asha, 'consent.watch');
  await using theirs = await openWatch(app(), hospital, 'orgAccess.watch');
  await readAs(app(), hospital, id);
  await readAs(second, hospital, id);
  await readAs(app(), hospital, id);
  const actions = ['ACCESS_READ', 'ACCESS_READ', 'ACCESS_EXHAUSTED', 'ACCESS_REFUSED'];
  expect((await hers.first(4)).map(({ data }) => data.action)).toEqual(actions);
  expect((await theirs.first(4)).map(({ data }) => data.action)).toEqual(actions);
});

test.each([
  ['the access', 'orgAccess.decide', 'ACCESS_REVOKED'],
  ['the consent', 'consent.revoke', 'CONSENT_NOT_GRANTED'],
])(
  'reads racing a revocation of %s release nothing after it',
  async (_, procedure, code) => {
    const [asha, hospital] = [await app().signUp(), await app().signUpOrganization()];
    for (let round = 0; round < 8; round += 1) {
      const { id } = await approve(asha, hospital);
      const input =
        procedure === 'consent.revoke' ? { categoryId: 1 } : { requestId: id, decision: 'revoke' };
      let revoked = false;
      const late: string[] = [];
      const reading = Array.from({ length: 12 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index * 2));
        const begunAfter = revoked;
        const ending = endingOf(await readAs(either(index), hospital, id));
        if (begunAfter) late.push(ending);
        return ending;
      });
      await new Promise((resolve) => setTimeout(resolve, round * 2));
      expect((await mutateAs(either(round), asha, procedure, input)).status).toBe(200);
      revoked = true;
      late.push(endingOf(await readAs(second, hospital, id)));
      const endings = await Promise.all(reading);
      expect(new Set([...endings, 'released', code])).toEqual(new Set(['released', code]));
      expect(new Set(late)).toEqual(new Set([code]));
      const story = (await readLedger(asha)).filter(({ requestId }) => requestId === id);
      const end = story.findIndex(({ action }) => action === 'ACCESS_REVOKED');
      expect(story.slice(end).some(({ action }) => action === 'ACCESS_READ')).toBe(false);
      expect(story.filter(({ action }) => action === 'ACCESS_READ')).toHaveLength(
        endings.filter((ending) => ending === 'released').length,
      );
    }
  },
  60_000,
);

test('many who read the same people in other orders wait for each other and never in a circle', async () => {
  const hospitals = [await app().signUpOrganization(), await app().signUpOrganization()];
  const people = [await app().signUp(), await app().signUp(), await app().signUp()];
  const wanted = await Promise.all(
    hospitals.map(async (hospital) => {
      const ids = [];
      for (const person of people) ids.push((await approve(person, hospital)).id);
      return { hospital, ids };
    }),
  );
  const deadlocks = await countDeadlocks(app());
  const answers = await Promise.all(
    Array.from({ length: 24 }, (_, index) => {
      const { hospital, ids } = wanted[index % 2] as (typeof wanted)[number];
      const requestIds = index % 3 === 0 ? ids.toReversed() : ids;
      return either(index >> 1)
        .client(bearer(hospital))
        .orgAccess.readMany.mutate({ requestIds });
    }),
  );
  expect(answers.flatMap(({ items }) => items.map(({ error }) => error))).toEqual(Array(72).fill(null));
  for (const person of people) {
    const reads = (await readLedger(person)).filter(({ action }) => action === 'ACCESS_READ');
    expect(reads).toHaveLength(24);
  }
  expect(await countDeadlocks(app())).toBe(deadlocks);
}, 60_000);
